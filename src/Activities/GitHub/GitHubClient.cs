using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Pao.Activities.Http;
using Pao.Activities.Resilience;
using Pao.Activities.Secrets;

namespace Pao.Activities.GitHub;

/// <summary>The operations of GitHub on one repository, called for one action. Answers that say no become failures that say why.</summary>
internal sealed class GitHubClient(
    GitHubOwner owner, GitHubRepository repository, GitHubAccess access, ActionExecution execution, SecretScope secrets, TimeProvider clock)
{
    private const string Version = "2022-11-28";

    // Short pauses are waited for, so that they cost the action none of its tries.
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan ShortestPause = TimeSpan.FromSeconds(1);

    public GitHubOwner Owner => owner;

    public GitHubRepository Repository => repository;

    public SecretScope Secrets => secrets;

    /// <param name="path">Below the repository: <c>actions/runs/1</c>.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<JsonObject> GetAsync(string path, CancellationToken cancellationToken) => ReadAsync(HttpMethod.Get, path, body: null, cancellationToken);

    /// <summary>Calls an operation that answers with an object.</summary>
    public async Task<JsonObject> ReadAsync(HttpMethod method, string path, JsonObject? body, CancellationToken cancellationToken)
    {
        var answer = await AskAsync(method, path, body, cancellationToken);
        if (!answer.IsSuccess)
            throw Refused(method, path, answer);

        return answer.Body as JsonObject ?? throw Malformed(method, path);
    }

    /// <summary>Sends a call and leaves it to the caller what the answer's status means.</summary>
    /// <param name="method">How.</param>
    /// <param name="path">Below the repository; empty for the repository itself.</param>
    /// <param name="body">What to send, if anything.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<HttpAnswer> AskAsync(HttpMethod method, string path, JsonObject? body, CancellationToken cancellationToken) =>
        SendAsync(path, below => Request(owner, method, below, body), cancellationToken);

    /// <summary>Reads what was read before: unchanged it is answered 304, which GitHub does not count.</summary>
    /// <param name="path">Below the repository.</param>
    /// <param name="tag">The entity tag that it had; null when it was not read yet.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<HttpAnswer> LookAsync(string path, EntityTagHeaderValue? tag, CancellationToken cancellationToken) => SendAsync(
        path,
        below =>
        {
            var request = Request(owner, HttpMethod.Get, below, body: null);
            if (tag is not null)
                request.Headers.IfNoneMatch.Add(tag);
            return request;
        },
        cancellationToken);

    public ActionFailedException Refused(HttpMethod method, string path, HttpAnswer answer) =>
        GitHubRefusal.Of($"{method} {Shown(path)}", owner, answer, PauseOf(answer), secrets);

    /// <summary>How long GitHub asks to be left alone; null when an answer says something else.</summary>
    public TimeSpan? PauseOf(HttpAnswer answer) => RateLimit.PauseOf(answer, clock.GetUtcNow());

    /// <summary>An answer came, and cannot be what GitHub says: something stands between, or it was cut short.</summary>
    public ActionFailedException Malformed(HttpMethod method, string path) => ActionFailure.Lost(
        $"{method} {Shown(path)} was answered, but not with what GitHub answers there. If it stays so, {owner.ConfigurationPath}:Api is not "
        + "the address of its API, or something before it answers in its place.");

    public static HttpRequestMessage Request(GitHubOwner owner, HttpMethod method, string path, JsonObject? body)
    {
        var request = new HttpRequestMessage(method, owner.Api(path))
        {
            Headers = { Accept = { new("application/vnd.github+json") }, UserAgent = { new("pao", productVersion: null) } },
        };
        request.Headers.Add("X-GitHub-Api-Version", Version);
        ExternalSystems.Name(request, owner.System);
        if (body is not null)
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body.ToJsonString()))
            {
                Headers = { ContentType = new MediaTypeHeaderValue("application/json") },
            };
        return request;
    }

    private async Task<HttpAnswer> SendAsync(string path, Func<string, HttpRequestMessage> create, CancellationToken cancellationToken)
    {
        var waited = TimeSpan.Zero;
        while (true)
        {
            var answer = await access.SendAsync(owner, repository, () => create(Below(path)), execution, secrets, cancellationToken);
            var pause = PauseOf(answer);
            if (pause < ShortestPause)
                pause = ShortestPause;
            if (pause is not { } asked || waited + asked > LongestPause)
                return answer;

            await Task.Delay(asked, clock, cancellationToken);
            waited += asked;
        }
    }

    private string Below(string path) => path.Length is 0 ? repository.Path : $"{repository.Path}/{path}";

    private string Shown(string path) => owner.Api(Below(path)).GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped);
}
