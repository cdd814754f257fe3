using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Pao.Activities.Secrets;

namespace Pao.Activities.Jira;

/// <summary>
/// What JIRAs send by their webhooks. Whoever knows the secret of one is believed that something happened to a ticket there,
/// and nothing more: how the ticket stands is read from JIRA.
/// </summary>
public sealed class JiraEvents
{
    private const string SignaturePrefix = "sha256=";
    private const int LongestKey = 255;

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 64 };

    private readonly JiraInstances _instances;
    private readonly IConfiguration _configuration;
    private readonly TimeProvider _time;

    internal JiraEvents(JiraInstances instances, IConfiguration configuration, TimeProvider time) =>
        (_instances, _configuration, _time) = (instances, configuration, time);

    /// <summary>Whether any JIRA's events are taken.</summary>
    public bool AreTaken => _instances.All.Any(instance => SecretOf(instance) is not null);

    /// <summary>The JIRA that signed a body: HMAC-SHA256 over its bytes, in <c>X-Hub-Signature</c>. Null when none did.</summary>
    /// <remarks>Every secret is tried, so that the time tells nothing of which was right.</remarks>
    public string? SenderOf(string signature, ReadOnlySpan<byte> body)
    {
        Span<byte> given = stackalloc byte[HMACSHA256.HashSizeInBytes];
        var isHash = signature.StartsWith(SignaturePrefix, StringComparison.Ordinal)
            && signature.Length == SignaturePrefix.Length + 2 * given.Length
            && Convert.FromHexString(signature.AsSpan(SignaturePrefix.Length), given, out _, out _) is System.Buffers.OperationStatus.Done;
        string? sender = null;
        foreach (var instance in _instances.All)
        {
            var fits = SecretOf(instance) is { } secret
                && CryptographicOperations.FixedTimeEquals(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), body), given);
            sender = fits && isHash ? instance.Name : sender;
        }

        return sender;
    }

    /// <summary>The JIRA whose app's token an <c>Authorization</c> header has (<c>JWT …</c> or <c>Bearer …</c>). Null when none signed it.</summary>
    /// <param name="authorization">The header.</param>
    /// <param name="path">The call's, as it came.</param>
    public string? SenderOf(string authorization, string path)
    {
        if (authorization.Split(' ', 2) is not ["JWT" or "Bearer", var token])
            return null;

        var now = _time.GetUtcNow();
        string? sender = null;
        foreach (var instance in _instances.All)
        {
            if (SecretOf(instance) is { } secret && JiraToken.IsSigned(token, secret, path, now))
                sender = instance.Name;
        }

        return sender;
    }

    /// <summary>Which ticket an event is about, as those who wait for it have it; nothing when it is about none.</summary>
    /// <exception cref="JsonException">It is no JSON.</exception>
    public IReadOnlyList<string> KeysOf(string sender, ReadOnlyMemory<byte> body)
    {
        using var json = JsonDocument.Parse(body, Strict);
        if (json.RootElement.ValueKind is not JsonValueKind.Object
            || !json.RootElement.TryGetProperty("issue", out var issue) || issue.ValueKind is not JsonValueKind.Object)
            return [];

        // By its id: its key changes when it is moved to another project.
        var about = new[] { Text(issue, "id"), Text(issue, "key") }.OfType<string>().FirstOrDefault(IsKey);
        return about is null ? [] : [_instances.Named(sender).HintKey(about)];
    }

    private string? SecretOf(JiraInstance instance) =>
        instance.Options.WebhookSecret is { } name && _configuration[$"{SecretStore.Section}:{name}"] is { Length: > 0 } secret ? secret : null;

    private static bool IsKey(string text) =>
        text.Length is > 0 and <= LongestKey && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');

    // JIRA writes the id as a text; some of its events have it as a number.
    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String or JsonValueKind.Number ? value.ToString() : null;
}
