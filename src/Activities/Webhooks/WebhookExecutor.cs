using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Pao.Activities.Http;
using Pao.Activities.Secrets;
using Pao.Catalog;

namespace Pao.Activities.Webhooks;

/// <summary>Delivers a signed message to another system.</summary>
internal sealed class WebhookExecutor(OutgoingHttp http, SecretStore store, TimeProvider clock) : IActionExecutor
{
    private const string DeliveryHeader = "X-Pao-Delivery";

    public string Type => ActionTypes.Webhook;

    public ActionNeeds Needs(JsonObject config) => new(RequestTarget.SystemOf(config));

    public async Task<ActionProgress> StartAsync(ActionExecution execution, CancellationToken cancellationToken)
    {
        var secrets = await store.OpenAsync(execution, cancellationToken);
        var config = new ActionConfig(execution.Config, secrets);

        using var request = RequestTarget.Create(config, defaultMethod: "POST");
        var body = Body(config);
        request.Content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json", "utf-8") } };
        RequestHeaders.Apply(request, config, secrets);
        RequestHeaders.Set(request, DeliveryHeader, execution.IdempotencyKey);
        Sign(request, config, body);

        var answer = await http.SendAsync(request, execution, secrets, cancellationToken);
        AnswerExpectation.AnySuccess.Check(request, answer, secrets);
        return new ActionProgress.Done(new ActionResult(new JsonObject { ["status"] = answer.Status }, ExternalReference: null));
    }

    public async Task<ProbeVerdict> ProbeAsync(ActionExecution execution, CancellationToken cancellationToken)
    {
        var config = new ActionConfig(execution.Config, await store.OpenAsync(execution, cancellationToken));
        using var request = RequestTarget.Create(config, defaultMethod: "POST");
        return Repetition.Judge(config, request.Method);
    }

    private void Sign(HttpRequestMessage request, ActionConfig config, byte[] body)
    {
        if (config.Find("signing") is null)
            return;

        if (config.FindText("signing.algorithm") is { } algorithm and not "sha256")
            throw ActionFailure.Unsupported($"'signing.algorithm' is '{algorithm}'; this version signs with sha256.");

        var timestamp = WebhookSignature.Timestamp(clock.GetUtcNow());
        var signature = WebhookSignature.Compute(Key(config), timestamp, body);
        RequestHeaders.Set(request, WebhookSignature.TimestampHeader, timestamp);
        RequestHeaders.Set(request, config.FindText("signing.header") ?? WebhookSignature.Header, signature);
    }

    private static string Key(ActionConfig config) =>
        SecretScope.IsReference(config.Find("signing.secret"))
            ? config.Text("signing.secret")
            : throw ActionFailure.Invalid("'signing.secret' must name a secret, as in '{{ secrets.my-hook }}'.");

    private static byte[] Body(ActionConfig config)
    {
        var template = config.Find("body.template");
        var text = template is null or JsonValue || SecretScope.IsReference(template)
            ? config.FindText("body.template", secret => JsonEncodedText.Encode(secret).Value)
            : config.Secrets.Resolve(template, "body.template")?.ToJsonString();
        return Encoding.UTF8.GetBytes(text ?? "");
    }
}
