using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Pao.Activities.Secrets;

namespace Pao.Activities.Terraform;

/// <summary>
/// What workspaces send by their notifications. Whoever knows the secret of one is believed that something happened to a run, and
/// nothing more: how the run stands is read from Terraform Cloud.
/// </summary>
public sealed class TerraformEvents
{
    private const int LongestId = 128;

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 32 };

    private readonly TerraformOptions _options;
    private readonly IConfiguration _configuration;

    internal TerraformEvents(TerraformOptions options, IConfiguration configuration) => (_options, _configuration) = (options, configuration);

    /// <summary>Whether any workspace's notifications are taken.</summary>
    public bool AreTaken => Secrets.Any();

    private IEnumerable<string> Secrets => _options.Mappings.Values
        .Select(mapping => mapping.TerraformCloud?.WebhookSecret).OfType<string>().Distinct(StringComparer.Ordinal)
        .Select(name => _configuration[$"{SecretStore.Section}:{name}"] ?? "").Where(secret => secret.Length > 0);

    /// <summary>Whether a body is signed: HMAC-SHA512 over its bytes, in <c>X-TFE-Notification-Signature</c>.</summary>
    /// <remarks>Every secret is tried, so that the time tells nothing of which was right.</remarks>
    public bool IsSigned(string signature, ReadOnlySpan<byte> body)
    {
        Span<byte> given = stackalloc byte[HMACSHA512.HashSizeInBytes];
        var isHash = signature.Length == 2 * given.Length && Convert.FromHexString(signature, given, out _, out _) is OperationStatus.Done;
        var fits = false;
        foreach (var secret in Secrets)
            fits |= CryptographicOperations.FixedTimeEquals(HMACSHA512.HashData(Encoding.UTF8.GetBytes(secret), body), given);
        return fits && isHash;
    }

    /// <summary>Which run and workspace a notification is about, as those who wait have them; nothing when it only tries the way.</summary>
    /// <exception cref="JsonException">It is no JSON.</exception>
    public static IReadOnlyList<string> KeysOf(ReadOnlyMemory<byte> body)
    {
        using var json = JsonDocument.Parse(body, Strict);
        return Text(json.RootElement, "run_id") is { } run
            ? [.. new[] { TerraformProgress.RunHint(run), Text(json.RootElement, "workspace_id") is { } workspace ? TerraformProgress.WorkspaceHint(workspace) : null }.OfType<string>()]
            : [];
    }

    private static string? Text(JsonElement element, string name) =>
        element.ValueKind is JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String
        && value.GetString() is { Length: > 0 and <= LongestId } id && id.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_')
            ? id
            : null;
}
