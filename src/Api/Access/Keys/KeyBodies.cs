using System.Globalization;
using System.Text.Json;
using Pao.Api.Problems;
using Pao.Api.Requests;
using Pao.Orchestrator.Access;

namespace Pao.Api.Access.Keys;

/// <summary>An access key, without its secret.</summary>
/// <param name="State">active, disabled or expired.</param>
/// <param name="CreatedBy">The principal that made it.</param>
/// <param name="ExpiresAt">Until when it signs, if it has an end.</param>
/// <param name="LastUsedAt">A minute behind at most; not there when it was never used.</param>
internal sealed record KeyBody(
    string Id,
    string PrincipalId,
    string State,
    DateTimeOffset CreatedAt,
    string CreatedBy,
    DateTimeOffset? ExpiresAt,
    DateTimeOffset? DisabledAt,
    DateTimeOffset? LastUsedAt)
{
    public const string Example = """
        {"id": "PAOK0123456789ABCDEF01234567", "principal_id": "ada", "state": "active", "created_at": "2026-01-31T08:00:00Z",
         "created_by": "local-admin", "last_used_at": "2026-02-01T09:30:00Z"}
        """;

    public static KeyBody From(IssuedKey key, DateTimeOffset now) => new(
        key.Id,
        key.PrincipalId,
        key.StateAt(now).ToString().ToLowerInvariant(),
        key.CreatedAt,
        key.CreatedBy,
        key.ExpiresAt,
        key.DisabledAt,
        key.LastUsedAt);
}

/// <summary>The keys of a principal, oldest first.</summary>
internal sealed record KeysBody(IReadOnlyList<KeyBody> Data);

/// <summary>A key that was just made. This is the only time that the secret is told.</summary>
/// <param name="Secret">What signs; keep it as a password.</param>
internal sealed record IssuedKeyBody(
    string Id, string Secret, string PrincipalId, string State, DateTimeOffset CreatedAt, string CreatedBy, DateTimeOffset? ExpiresAt)
{
    public const string Example = """
        {"id": "PAOK0123456789ABCDEF01234567", "secret": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "principal_id": "ada",
         "state": "active", "created_at": "2026-01-31T08:00:00Z", "created_by": "local-admin"}
        """;

    public override string ToString() => Id;

    public static IssuedKeyBody From(IssuedKey key, string secret, DateTimeOffset now) => new(
        key.Id, secret, key.PrincipalId, key.StateAt(now).ToString().ToLowerInvariant(), key.CreatedAt, key.CreatedBy, key.ExpiresAt);
}

/// <summary>What may be said of a key that is to be made.</summary>
/// <param name="ExpiresAt">Until when it signs; without it, until it is disabled.</param>
internal sealed record NewKey(DateTimeOffset? ExpiresAt)
{
    private static readonly string[] Formats = ["yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"];

    /// <summary>The body may be missing.</summary>
    public static async Task<(NewKey? Key, ProblemResult? Refusal)> ReadAsync(HttpRequest http, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (http.ContentType is null && http.ContentLength is null or 0)
            return (new NewKey(ExpiresAt: null), null);
        var body = await JsonBody.ReadAsync(http, cancellationToken);
        if (body.Root is not { } root)
            return (null, body.Problem);

        Dictionary<string, string[]> errors = [];
        foreach (var (name, _) in root.Where(member => member.Key is not "expires_at"))
            errors[$"/{name}"] = ["Is not known; there is expires_at."];
        DateTimeOffset? end = null;
        if (root["expires_at"] is { } node)
        {
            if (node.GetValueKind() is JsonValueKind.String
                && DateTimeOffset.TryParseExact(
                    node.GetValue<string>(), Formats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time)
                && time > now)
                end = time.AddTicks(-(time.Ticks % TimeSpan.TicksPerMicrosecond));
            else
                errors["/expires_at"] = ["Must be a time to come, such as 2026-12-31T00:00:00Z."];
        }

        return errors.Count > 0 ? (null, SubmitRequest.Invalid(errors)) : (new NewKey(end), null);
    }
}
