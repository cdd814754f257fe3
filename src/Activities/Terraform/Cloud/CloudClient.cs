using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Pao.Activities.Http;
using Pao.Activities.Resilience;
using Pao.Activities.Secrets;

namespace Pao.Activities.Terraform.Cloud;

/// <summary>The operations of Terraform Cloud, called for one action. Answers that say no become failures that say why.</summary>
internal sealed class CloudClient(
    TerraformMapping mapping, TerraformCloudOptions options, OutgoingHttp http, ActionExecution execution, SecretScope secrets, TimeProvider clock)
{
    private const string Json = "application/vnd.api+json";

    // Terraform Cloud takes thirty calls in a second: what goes beyond waits for a moment, which costs the action none of its tries.
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan ShortestPause = TimeSpan.FromSeconds(1);

    public TerraformMapping Mapping => mapping;

    public TerraformCloudOptions Options => options;

    public SecretScope Secrets => secrets;

    /// <summary>As health, metrics and messages call it.</summary>
    public string System => SystemOf(options);

    public static string SystemOf(TerraformCloudOptions options) => $"terraform:{options.Address.Authority}";

    /// <param name="path">Below <c>/api/v2</c>.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<JsonObject> GetAsync(string path, CancellationToken cancellationToken) => ReadAsync(HttpMethod.Get, path, body: null, cancellationToken);

    /// <summary>The same for a look at what goes on: an operator mends the token; until then nothing is known, and nothing is lost.</summary>
    public async Task<JsonObject> LookAsync(string path, CancellationToken cancellationToken)
    {
        var answer = await AskAsync(HttpMethod.Get, path, body: null, cancellationToken);
        if (answer.IsSuccess)
            return answer.Body as JsonObject ?? throw Malformed(HttpMethod.Get, path);

        var refusal = Refused(HttpMethod.Get, path, answer);
        throw answer.Status is 401 or 403 or 404 ? refusal.With(ActionEffect.Unknown, retryable: true) : refusal;
    }

    public async Task<JsonObject> ReadAsync(HttpMethod method, string path, JsonObject? body, CancellationToken cancellationToken)
    {
        var answer = await AskAsync(method, path, body, cancellationToken);
        if (!answer.IsSuccess)
            throw Refused(method, path, answer);

        return answer.Body as JsonObject ?? throw Malformed(method, path);
    }

    /// <summary>Sends a call and leaves it to the caller what the answer's status means.</summary>
    public Task<HttpAnswer> AskAsync(HttpMethod method, string path, JsonObject? body, CancellationToken cancellationToken) => PatientlyAsync(() =>
    {
        var request = new HttpRequestMessage(method, Api(path)) { Headers = { Accept = { new(Json) } } };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", secrets.Reveal(options.Token ?? ""));
        if (body is not null)
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body.ToJsonString())) { Headers = { ContentType = new MediaTypeHeaderValue(Json) } };
        return request;
    }, cancellationToken);

    /// <summary>Sends a file where Terraform Cloud wants it: the address itself is the permission, so that no token goes there.</summary>
    public async Task UploadAsync(Uri address, byte[] content, CancellationToken cancellationToken)
    {
        secrets.Protect(address.PathAndQuery);
        var answer = await PatientlyAsync(() => new HttpRequestMessage(HttpMethod.Put, address)
        {
            Content = new ByteArrayContent(content) { Headers = { ContentType = new MediaTypeHeaderValue("application/octet-stream") } },
        }, cancellationToken);
        if (!answer.IsSuccess)
            throw CloudRefusal.Of($"PUT {address.GetLeftPart(UriPartial.Authority)}", mapping, answer, PauseOf(answer), secrets);
    }

    public ActionFailedException Refused(HttpMethod method, string path, HttpAnswer answer) =>
        CloudRefusal.Of($"{method} {Shown(path)}", mapping, answer, PauseOf(answer), secrets);

    /// <summary>An answer came, and cannot be what Terraform Cloud says: something stands between, or it was cut short.</summary>
    public ActionFailedException Malformed(HttpMethod method, string path) => ActionFailure.Lost(
        $"{method} {Shown(path)} was answered, but not with what Terraform Cloud answers there. If it stays so, {mapping.ConfigurationPath}:TerraformCloud:Address "
        + "is wrong, or something before it answers in its place.");

    private async Task<HttpAnswer> PatientlyAsync(Func<HttpRequestMessage> create, CancellationToken cancellationToken)
    {
        // The action's own timeout is for the run, not for a call. Terraform Cloud knows no idempotency key.
        var call = execution with { Timeout = null };
        var waited = TimeSpan.Zero;
        while (true)
        {
            using var request = create();
            ExternalSystems.Name(request, System);
            var answer = await http.AskAsync(request, call, secrets, cancellationToken);
            var pause = answer.Status is 429 ? PauseOf(answer) ?? ShortestPause : (TimeSpan?)null;
            if (pause < ShortestPause)
                pause = ShortestPause;
            if (pause is not { } asked || waited + asked > LongestPause)
                return answer;

            await Task.Delay(asked, clock, cancellationToken);
            waited += asked;
        }
    }

    private TimeSpan? PauseOf(HttpAnswer answer)
    {
        if (answer.RetryAfter(clock.GetUtcNow()) is { } asked)
            return asked;

        // Seconds, with a fraction.
        return answer.Status is 429 && answer.Headers?.TryGetValues("X-RateLimit-Reset", out var values) is true
            && double.TryParse(values.FirstOrDefault(), CultureInfo.InvariantCulture, out var seconds) && seconds is >= 0 and < 3600
                ? TimeSpan.FromSeconds(seconds)
                : null;
    }

    private Uri Api(string path) => new($"{options.Address.AbsoluteUri.TrimEnd('/')}/api/v2/{path}");

    private string Shown(string path) => Api(path).GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped);
}
