using Pao.Sandbox.Git;
using Pao.Sandbox.Ledgers;

namespace Pao.Sandbox.GitLab;

internal sealed class GitLabFilter(Forges forges, Ledger ledger, TimeProvider clock) : ForgeFilter(forges.GitLab, ledger, clock)
{
    protected override bool CountsUnchanged => true;

    protected override string? TokenOf(HttpRequest request) =>
        request.Headers["PRIVATE-TOKEN"].ToString() is { Length: > 0 } token ? token
        : request.Headers.Authorization.ToString().Split(' ', 2) is ["Bearer", var bearer] ? bearer
        : null;

    protected override ApiAnswer Refuse(Allowance allowance, DateTimeOffset now) =>
        new(429, "Retry later\n"u8.ToArray(), "text/plain");

    protected override IReadOnlyDictionary<string, string> HeadersOf(Allowance allowance, DateTimeOffset now)
    {
        var headers = new Dictionary<string, string>
        {
            ["RateLimit-Limit"] = Text(allowance.Limit),
            ["RateLimit-Observed"] = Text(allowance.Limit - allowance.Remaining),
            ["RateLimit-Remaining"] = Text(allowance.Remaining),
            ["RateLimit-Reset"] = Seconds(allowance.Reset),
            ["RateLimit-Name"] = "throttle_authenticated_api",
        };
        if (!allowance.Allowed)
            headers["Retry-After"] = Text(allowance.RetryAfter ?? (int)Math.Ceiling((allowance.Reset - now).TotalSeconds));
        return headers;
    }
}
