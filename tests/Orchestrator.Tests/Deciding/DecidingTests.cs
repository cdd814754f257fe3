using System.Text.Json.Nodes;
using Pao.Activities;
using Pao.Catalog;
using Pao.Orchestrator.Auditing;
using Pao.Orchestrator.Deciding;
using Pao.Orchestrator.Fulfilment;
using Pao.Orchestrator.Requests;
using Pao.Orchestrator.Tests.Fulfilment;

namespace Pao.Orchestrator.Tests.Deciding;

/// <summary>What tests of decisions share: an item with the fields <c>name</c> and <c>size</c>, and actions that send them.</summary>
public abstract class DecidingTests(RunningService service)
{
    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    protected static JsonObject Shop => new() { ["name"] = "shop", ["size"] = 1 };

    internal static Form Form { get; } = new(
    [
        new FormGroup("main", "Main", null,
        [
            new FormField { Id = "name", Name = "Name", Type = FieldType.String, Required = true, Limits = new FieldLimits { MaxLength = 10 } },
            new FormField { Id = "size", Name = "Size", Type = FieldType.Number, Limits = new FieldLimits { Min = 1 } },
        ]),
    ]);

    internal static ActionDefinition Action(string id, string sends, string type = ActionTypes.Webhook) => new(
        id, null, type,
        new JsonObject
        {
            ["endpoint"] = new JsonObject { ["url"] = "https://api.example.com", ["method"] = "POST" },
            ["body"] = new JsonObject { [type is ActionTypes.Webhook ? "template" : "contentTemplate"] = new JsonObject { ["sent"] = sends } },
        },
        null, [], new RetryDefinition(0, null, TimeSpan.FromMilliseconds(1), null), null, null);

    internal async Task<FulfilmentInput> StartAsync(Action<FulfilmentInput> arrange, params IReadOnlyList<ActionDefinition> actions)
    {
        var input = await service.SubmitAsync(new PinnedItem("item", "1.0.0", "digest", [], actions), Shop, Form);
        arrange(input);
        await service.Fulfilments.StartAsync(input, Cancellation);
        return input;
    }

    /// <summary>Starts a request whose action fails at its first try, and waits until it has.</summary>
    internal async Task<FulfilmentInput> StartFailingAsync(string action, params IReadOnlyList<ActionDefinition> actions)
    {
        var input = await StartAsync(begun => service.Script.Fail(begun.RequestId, action, times: 1), actions);
        await WaitForAsync(input, RequestStatus.Failed);
        return input;
    }

    internal Task<DecisionOutcome> RetryAsync(FulfilmentInput input, RetryChanges changes, bool dryRun = false) =>
        service.Corrections.RetryAsync(input.RequestId, Visibility.Everything, Origin.Of("ada"), null, changes, dryRun, Cancellation);

    internal async Task RetryAndDeliverAsync(FulfilmentInput input, RetryChanges changes) =>
        await service.Fulfilments.DeliverAsync(Assert.IsType<DecisionOutcome.Taken>(await RetryAsync(input, changes)).Decision, Cancellation);

    internal async Task DecideAsync(FulfilmentInput input, DecisionKind kind) =>
        await service.Fulfilments.DeliverAsync(await service.DecideAsync(input, kind), Cancellation);

    internal Task<DecisionOutcome> TakeAsync(FulfilmentInput input, DecisionKind kind) =>
        service.Decisions.TakeAsync(input.RequestId, Visibility.Everything, kind, Origin.Of("ada"), "no longer wanted", Cancellation);

    internal Task<Request> WaitForAsync(FulfilmentInput input, RequestStatus status) =>
        service.WaitForAsync(input, request => request.Status == status);

    internal static RetryChanges Fields(string json) => new(JsonNode.Parse(json)!.AsObject(), Outcome: null);

    /// <summary>The keys that went out, without the request's id.</summary>
    internal List<string> Keys(FulfilmentInput input) =>
        [.. Executions(input).Select(call => call.IdempotencyKey[(input.RequestId.ToString().Length + 1)..])];

    internal List<ActionExecution> Executions(FulfilmentInput input) =>
        [.. service.Script.Calls.Where(call => call.RequestId == input.RequestId)];

    internal async Task<List<string>> LogAsync(FulfilmentInput input) =>
        [.. (await service.Requests.LogAsync(input.RequestId, 0, 100, Cancellation)).Select(line => line.Message)];
}
