using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace Pao.Activities.Tests.GitHub;

/// <summary>A GitHub App with a key of its own. The sandbox has one at a time.</summary>
internal sealed class GitHubApp : IDisposable
{
    private readonly RSA _key = RSA.Create(2048);

    public string Id { get; } = $"Iv1.{Guid.NewGuid():n}";

    public string PrivateKey => _key.ExportRSAPrivateKeyPem();

    /// <summary>The owner's, to call as the App in place of a token.</summary>
    public (string Key, string? Value)[] Settings =>
    [
        ("Token", null), ("App:Id", Id), ("App:PrivateKey", "app-key"), ("Pao:Secrets:app-key", PrivateKey.ReplaceLineEndings("\\n")),
    ];

    public Task InstallAsync(RunDesk desk, int? lifeSeconds = null) => desk.PostAsync("/sandbox/github/apps", new JsonObject
    {
        ["id"] = Id, ["public_key"] = _key.ExportSubjectPublicKeyInfoPem(), ["life_seconds"] = lifeSeconds,
    });

    public void Dispose() => _key.Dispose();
}
