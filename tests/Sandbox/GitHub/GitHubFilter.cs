using Pao.Sandbox.Git;
using Pao.Sandbox.Ledgers;

namespace Pao.Sandbox.GitHub;

internal sealed class GitHubFilter(Forges forges, Ledger ledger, TimeProvider clock) : ForgeFilter(forges.GitHub, ledger, clock)
{
    protected override bool CountsUnchanged => false;

    protected override string? TokenOf(HttpRequest request) =>
        request.Headers.Authorization.ToString().Split(' ', 2) is ["Bearer" or "Token" or "token" or "bearer", var token] ? token : null;

    protected override ApiAnswer Refuse(Allowance allowance, DateTimeOffset now) => allowance.RetryAfter is null
        ? ApiAnswer.Error(403, "API rate limit exceeded for user ID 1. If you reach out to GitHub Support for help, please include the request ID.")
        : ApiAnswer.Error(403, "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.");

    protected override IReadOnlyDictionary<string, string> HeadersOf(Allowance allowance, DateTimeOffset now)
    {
        var headers = new Dictionary<string, string>
        {
            ["X-RateLimit-Limit"] = Text(allowance.Limit),
            ["X-RateLimit-Remaining"] = Text(allowance.Remaining),
            ["X-RateLimit-Used"] = Text(allowance.Limit - allowance.Remaining),
            ["X-RateLimit-Reset"] = Seconds(allowance.Reset),
            ["X-RateLimit-Resource"] = "core",
            ["X-GitHub-Media-Type"] = "github.v3; format=json",
        };
        if (allowance.RetryAfter is { } wait)
            headers["Retry-After"] = Text(wait);
        return headers;
    }
}
