using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Pao.Activities.Http;
using Pao.Activities.Resilience;
using Pao.Activities.Secrets;

namespace Pao.Activities.Jira;

/// <summary>The operations of one JIRA, called for one action. Answers that say no become failures that say why.</summary>
internal sealed class JiraClient(
    JiraInstance instance, JiraAccess access, ActionExecution execution, SecretScope secrets, TimeProvider clock)
{
    // JIRA's pauses are mostly of a few seconds: waited for, they cost the action none of its tries.
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan ShortestPause = TimeSpan.FromSeconds(1);

    public JiraInstance Instance => instance;

    public SecretScope Secrets => secrets;

    public Task<JsonObject> GetAsync(string path, CancellationToken cancellationToken) => ReadAsync<JsonObject>(HttpMethod.Get, path, null, cancellationToken);

    public Task<JsonArray> ListAsync(string path, CancellationToken cancellationToken) => ReadAsync<JsonArray>(HttpMethod.Get, path, null, cancellationToken);

    public Task<JsonObject> PostAsync(string path, JsonObject body, CancellationToken cancellationToken) =>
        ReadAsync<JsonObject>(HttpMethod.Post, path, body, cancellationToken);

    /// <summary>Calls an operation whose answer says nothing but that it worked.</summary>
    public async Task DoAsync(string path, JsonObject body, CancellationToken cancellationToken)
    {
        var answer = await AskAsync(HttpMethod.Post, path, body, cancellationToken);
        if (!answer.IsSuccess)
            throw Refused(HttpMethod.Post, path, answer);
    }

    /// <summary>Sends a call and leaves it to the caller what the answer's status means.</summary>
    public async Task<HttpAnswer> AskAsync(HttpMethod method, string path, JsonObject? body, CancellationToken cancellationToken)
    {
        var waited = TimeSpan.Zero;
        while (true)
        {
            var answer = await access.SendAsync(instance, () => Request(method, path, body), execution, secrets, cancellationToken);
            if (IsNobodys(answer))
                answer = answer with { Status = 401 };
            var pause = answer.Status is 429 ? answer.RetryAfter(clock.GetUtcNow()) : null;
            if (pause < ShortestPause)
                pause = ShortestPause;
            if (pause is not { } asked || waited + asked > LongestPause)
                return answer;

            await Task.Delay(asked, clock, cancellationToken);
            waited += asked;
        }
    }

    public ActionFailedException Refused(HttpMethod method, string path, HttpAnswer answer) =>
        JiraRefusal.Of($"{method} {Shown(path)}", instance, answer, answer.RetryAfter(clock.GetUtcNow()), secrets);

    /// <summary>An answer came, and cannot be what JIRA says: something stands between, or it was cut short.</summary>
    public ActionFailedException Malformed(HttpMethod method, string path) => ActionFailure.Lost(
        $"{method} {Shown(path)} was answered, but not with what JIRA '{instance.Name}' answers there. If it stays so, the address is not "
        + "that of JIRA, or something before it answers in its place.");

    // JIRA Cloud takes a call with a token that has expired as a stranger's: what a stranger may not see is "not there" then, and a search
    // finds nothing. Neither says anything of the ticket. What a stranger was let do is done all the same.
    private static bool IsNobodys(HttpAnswer answer) => answer.Status is not (201 or 204)
        && answer.Headers?.TryGetValues("X-Seraph-LoginReason", out var reasons) is true
        && reasons.Any(reason => reason.Contains("AUTHENTICATED_FAILED", StringComparison.OrdinalIgnoreCase));

    private async Task<T> ReadAsync<T>(HttpMethod method, string path, JsonObject? body, CancellationToken cancellationToken)
        where T : JsonNode
    {
        var answer = await AskAsync(method, path, body, cancellationToken);
        return answer.IsSuccess ? answer.Body as T ?? throw Malformed(method, path) : throw Refused(method, path, answer);
    }

    private HttpRequestMessage Request(HttpMethod method, string path, JsonObject? body)
    {
        var request = new HttpRequestMessage(method, instance.Api(path)) { Headers = { Accept = { new("application/json") } } };
        ExternalSystems.Name(request, instance.System);
        if (body is not null)
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body.ToJsonString()))
            {
                Headers = { ContentType = new MediaTypeHeaderValue("application/json") },
            };
        return request;
    }

    private string Shown(string path) => instance.Api(path).GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped);
}
