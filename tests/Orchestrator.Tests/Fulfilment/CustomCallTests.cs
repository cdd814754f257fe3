using System.Text.Json.Nodes;
using Pao.Catalog;
using Pao.Orchestrator.Deciding;
using Pao.Orchestrator.Fulfilment;
using Pao.Orchestrator.Requests;

namespace Pao.Orchestrator.Tests.Fulfilment;

public sealed class CustomCallTests(RunningService service) : IClassFixture<RunningService>
{
    private static readonly RetryDefinition Impatient = new(2, null, TimeSpan.FromMilliseconds(1), null);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_worker_gets_the_input_in_an_envelope_and_its_answer_becomes_outputs()
    {
        var input = await StartAsync(
            Action(outputs: new JsonObject { ["name"] = "queue.name" }),
            _ => Answer("""{"queue": {"name": "orders"}, "url": "https://queues.example.com/orders"}"""));

        var request = await service.WaitForAsync(input, request => request.Status is RequestStatus.Completed);

        var action = (await ActionsAsync(request)).Single();
        Assert.Equal("orders", (string?)action.Output?["name"]);
        Assert.Equal("orders", (string?)action.Output?["result"]?["queue"]?["name"]);
        Assert.Equal("https://queues.example.com/orders", action.ExternalReference);
        var expected = new JsonObject
        {
            ["idempotency_key"] = $"{input.RequestId}:make:0",
            ["request_id"] = input.RequestId.ToString(),
            ["action_id"] = "make",
            ["correlation_id"] = "correlation",
            ["input"] = new JsonObject { ["size"] = 3 },
        };
        Assert.True(JsonNode.DeepEquals(expected, service.Custom.CallsOf(input.RequestId).Single()));
    }

    [Fact]
    public async Task A_failed_attempt_is_repeated_under_the_same_key_and_its_reason_is_in_the_log()
    {
        var input = await StartAsync(
            Action(), call => call < 3 ? throw new InvalidOperationException("The broker is away.") : Answer("{}"));

        var request = await service.WaitForAsync(input, request => request.Status is RequestStatus.Completed);

        Assert.Equal(3, (await ActionsAsync(request)).Single().Attempts);
        Assert.Equal(3, service.Custom.CallsOf(input.RequestId).Count);
        Assert.Single(service.Custom.CallsOf(input.RequestId).Select(call => (string?)call["idempotency_key"]).Distinct());
        Assert.Equal(2, (await LogAsync(input)).Count(line => line.Contains("The broker is away.", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task When_all_attempts_fail_the_request_stops_with_the_workers_reason()
    {
        var input = await StartAsync(Action(), _ => throw new InvalidOperationException("No such broker."));

        var request = await service.WaitForAsync(input, request => request.Status is RequestStatus.Failed);

        var error = (await ActionsAsync(request)).Single().Error;
        Assert.Equal("action.failed", (string?)error?["code"]);
        Assert.Contains("No such broker.", (string?)error?["message"], StringComparison.Ordinal);
        Assert.Equal(3, service.Custom.CallsOf(input.RequestId).Count);
    }

    [Fact]
    public async Task A_call_without_an_answer_stops_the_request_and_a_retry_waits_for_the_same_call()
    {
        var answer = new TaskCompletionSource<JsonNode?>(TaskCreationOptions.RunContinuationsAsynchronously);
        var input = await StartAsync(Action(timeout: TimeSpan.FromMilliseconds(300)), _ => answer.Task);

        var stopped = await service.WaitForAsync(input, request => request.Status is RequestStatus.Failed);
        Assert.Equal("action.timeout", (string?)(await ActionsAsync(stopped)).Single().Error?["code"]);
        Assert.Contains(await LogAsync(input), line => line.Contains("for a worker that has the activity 'ProvisionQueue'", StringComparison.Ordinal));

        answer.SetResult(new JsonObject { ["late"] = true });
        await service.Fulfilments.DeliverAsync(await service.DecideAsync(input, DecisionKind.Retry), Cancellation);
        await service.WaitForAsync(input, request => request.Status is RequestStatus.Completed);
        Assert.Single(service.Custom.CallsOf(input.RequestId));
    }

    [Fact]
    public async Task An_answer_that_is_too_large_to_keep_stops_the_request()
    {
        var input = await StartAsync(Action(), _ => Task.FromResult<JsonNode?>(new string('x', 600 * 1024)));

        var request = await service.WaitForAsync(input, request => request.Status is RequestStatus.Failed);

        Assert.Equal("action.response_too_large", (string?)(await ActionsAsync(request)).Single().Error?["code"]);
        Assert.Single(service.Custom.CallsOf(input.RequestId));
    }

    [Fact]
    public async Task An_answer_of_nothing_is_an_answer()
    {
        var input = await StartAsync(Action(), _ => Task.FromResult<JsonNode?>(null));

        var request = await service.WaitForAsync(input, request => request.Status is RequestStatus.Completed);

        var output = (await ActionsAsync(request)).Single().Output;
        Assert.NotNull(output);
        Assert.Null(output["result"]);
    }

    private async Task<FulfilmentInput> StartAsync(ActionDefinition action, Func<int, Task<JsonNode?>> answer)
    {
        var input = await service.SubmitAsync(action);
        service.Custom.Answer(input.RequestId, answer);
        await service.Fulfilments.StartAsync(input, Cancellation);
        return input;
    }

    private Task<List<RequestAction>> ActionsAsync(Request request) => service.Requests.ActionsAsync(request.Id, Cancellation);

    private async Task<List<string>> LogAsync(FulfilmentInput input) =>
        [.. (await service.Requests.LogAsync(input.RequestId, after: 0, limit: 100, Cancellation)).Select(line => line.Message)];

    private static ActionDefinition Action(TimeSpan? timeout = null, JsonNode? outputs = null) => new(
        "make", null, ActionTypes.Custom,
        new JsonObject { ["activity"] = CustomWorker.Activity, ["input"] = new JsonObject { ["size"] = 3 } },
        null, [], Impatient, timeout, outputs);

    private static Task<JsonNode?> Answer(string json) => Task.FromResult(JsonNode.Parse(json));
}
