using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Routing.Patterns;
using Pao.Api.Access;
using Pao.Api.Problems;
using Pao.Orchestrator.Auditing;

namespace Pao.Api.Auditing;

/// <summary>Lets the audit know of calls that were not let in, and of webhooks that were not taken.</summary>
internal sealed class RefusalNotes(FoldedEntries entries)
{
    private static readonly object Reason = new();
    private static readonly object Untold = new();

    /// <summary>Says why a call is not let in, which its caller is not told.</summary>
    public static void Explain(HttpContext http, string reason) => http.Items[Reason] = reason;

    /// <summary>Takes back what was said.</summary>
    public static void TakeBack(HttpContext http) => http.Items.Remove(Reason);

    /// <summary>Says that nobody can tell now whether a call is to be let in; it has not failed to show who makes it.</summary>
    public static void CannotTell(HttpContext http) => http.Items[Untold] = true;

    /// <summary>Whether the call tried to show who makes it, and failed; authentication itself tells of success only.</summary>
    public static bool IsExplained(HttpContext http) => http.Items.ContainsKey(Reason);

    /// <summary>Whoever called did not show who it is.</summary>
    public void LoginFailed(HttpContext http)
    {
        var isUntold = http.Items.ContainsKey(Untold);
        var reason = isUntold ? "It could not be checked then."
            : http.Items.TryGetValue(Reason, out var known) && known is string text ? text
            : "It showed no key, no token and no signature.";
        entries.Note(new AuditEntry(CallOrigin.Of(http, "unknown", ActorKind.Unknown), "login.fail")
        {
            ErrorCode = (isUntold ? Problem.AccessUnavailable : Problem.Unauthenticated).Code,
            Details = Called(http, reason),
        });
    }

    /// <summary>Whoever called is known, and may not do this.</summary>
    public void Denied(HttpContext http)
    {
        var origin = http.User.Identity is PrincipalIdentity ? CallOrigin.Of(http) : CallOrigin.Of(http, "unknown", ActorKind.Unknown);
        entries.Note(new AuditEntry(origin, "access.deny")
        {
            ErrorCode = Problem.Forbidden.Code,
            Details = Called(http, $"{http.Request.Method} {RouteOf(http)} is not for its roles."),
        });
    }

    /// <summary>A webhook was refused, or is about nothing here.</summary>
    public void NotTaken(HttpContext http, string action, string? code, string? reason) =>
        entries.Note(new AuditEntry(CallOrigin.Of(http, RouteOf(http).Split('/')[^1], ActorKind.Webhook), action)
        {
            ErrorCode = code,
            Details = Called(http, reason ?? ""),
        });

    /// <summary>Something that a webhook hinted at, with nothing stored that says so.</summary>
    public void Hinted(Origin origin, JsonObject details) => entries.Note(new AuditEntry(origin, "webhook.accept") { Details = details });

    private static JsonObject Called(HttpContext http, string reason) => new()
    {
        ["method"] = http.Request.Method,
        ["route"] = RouteOf(http),
        ["reason"] = reason,
    };

    // Not the path: what a caller writes there is its own.
    private static string RouteOf(HttpContext http) => (http.GetEndpoint() as RouteEndpoint)?.RoutePattern is { } pattern ? Text(pattern) : "none";

    private static string Text(RoutePattern pattern) => pattern.RawText ?? "none";
}
