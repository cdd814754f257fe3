using System.Globalization;
using System.Security.Cryptography;
using Pao.Sandbox.Ledgers;

namespace Pao.Sandbox.Git;

/// <summary>What every call to a host's API meets: the token, its rate limit, entity tags; and the ledger.</summary>
internal abstract class ForgeFilter(Forge forge, Ledger ledger, TimeProvider clock) : IEndpointFilter
{
    /// <summary>Tokens that begin so may only read.</summary>
    public const string ReadOnly = "readonly-";

    /// <summary>Whether a call counts that is answered 304.</summary>
    protected abstract bool CountsUnchanged { get; }

    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        var call = await Call.OfAsync(context);
        var answer = await AnswerAsync(http, call, next, context);
        ledger.Note(call, OutcomeOf(answer.Status, http.Request.Method), answer.Status);
        return answer;
    }

    /// <returns>The token; null where there is none.</returns>
    protected abstract string? TokenOf(HttpRequest request);

    protected abstract ApiAnswer Refuse(Allowance allowance, DateTimeOffset now);

    protected abstract IReadOnlyDictionary<string, string> HeadersOf(Allowance allowance, DateTimeOffset now);

    private static Outcome OutcomeOf(int status, string method) => status switch
    {
        >= 400 => Outcome.Refused,
        _ when HttpMethods.IsGet(method) || HttpMethods.IsHead(method) => Outcome.Read,
        _ => Outcome.Effect,
    };

    private static string TagOf(byte[] body) => $"W/\"{Convert.ToHexStringLower(SHA256.HashData(body))}\"";

    private async Task<ApiAnswer> AnswerAsync(HttpContext http, Call call, EndpointFilterDelegate next, EndpointFilterInvocationContext context)
    {
        var now = clock.GetUtcNow();
        var token = TokenOf(http.Request);
        var reads = HttpMethods.IsGet(call.Method) || HttpMethods.IsHead(call.Method);
        var allowance = forge.Limits.Take(token ?? "", now);
        if (!allowance.Allowed)
            return With(Refuse(allowance, now), HeadersOf(allowance, now));
        if (!reads && token is null)
            return With(ApiAnswer.Error(401, "Requires authentication"), HeadersOf(allowance, now));
        if (!reads && token!.StartsWith(ReadOnly, StringComparison.Ordinal))
            return With(ApiAnswer.Error(403, "Resource not accessible by personal access token"), HeadersOf(allowance, now));

        var answer = await next(context) as ApiAnswer ?? throw new InvalidOperationException($"{call.Path} answers in another way.");
        if (reads && answer.Status == 200)
        {
            var tag = TagOf(answer.Body);
            if (http.Request.Headers.IfNoneMatch.Contains(tag))
            {
                allowance = CountsUnchanged ? allowance : forge.Limits.Return(token ?? "", allowance);
                answer = answer with { Status = 304 };
            }

            answer = With(answer, new Dictionary<string, string> { ["ETag"] = tag, ["Cache-Control"] = "private, max-age=60, s-maxage=60" });
        }

        return With(answer, HeadersOf(allowance, now));
    }

    private static ApiAnswer With(ApiAnswer answer, IReadOnlyDictionary<string, string> headers) =>
        answer with { Headers = answer.Headers.Concat(headers).ToDictionary() };

    protected static string Seconds(DateTimeOffset time) => time.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);

    protected static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
