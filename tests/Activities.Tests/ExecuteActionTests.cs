using System.Text.Json;
using System.Text.Json.Nodes;

namespace Pao.Activities.Tests;

public sealed class ExecuteActionTests
{
    [Fact]
    public async Task The_intent_is_noted_before_the_call_and_the_receipt_after_it()
    {
        await using var actions = new Actions();
        var journal = actions.Journal;
        await using var target = await Target.StartAsync(_ =>
        {
            journal.Notes.Add("call");
            return Task.CompletedTask;
        });

        await actions.RestAsync($$$"""{"endpoint": {"url": "{{{target.Url}}}"}}""");

        Assert.Equal(["intent 0198a000-0000-7000-8000-000000000001:create:1", "call", "receipt"], journal.Notes);
    }

    [Fact]
    public async Task A_receipt_of_an_earlier_attempt_is_the_answer_and_nobody_is_called()
    {
        await using var target = await Target.AnsweringAsync(200);
        await using var actions = new Actions();
        actions.Journal.Receipt = new ActionResult(new JsonObject { ["id"] = "db-7" }, "https://db.example.com/7");

        var result = await actions.RestAsync($$$"""{"endpoint": {"url": "{{{target.Url}}}"}}""");

        Assert.Same(actions.Journal.Receipt, result);
        Assert.Empty(target.Calls);
    }

    [Fact]
    public async Task A_failure_is_noted_with_its_code()
    {
        await using var target = await Target.AnsweringAsync(503);
        await using var actions = new Actions();

        await actions.FailAsync("rest-api", $$$"""{"endpoint": {"url": "{{{target.Url}}}"}}""");

        Assert.Equal(2, actions.Journal.Notes.Count);
        Assert.StartsWith("failure action.unavailable retryable: GET ", actions.Journal.Notes[1]);
    }

    [Fact]
    public async Task An_action_of_a_type_without_an_executor_fails_for_good()
    {
        await using var actions = new Actions();

        var failure = await actions.FailAsync("magic", "{}");

        Assert.Equal(("action.unsupported", false), (failure.Code, failure.Retryable));
    }

    [Fact]
    public void An_action_survives_the_history()
    {
        var action = Actions.Action("rest-api", """{"endpoint": {"url": "http://a"}}""", """{"id": "id"}""", TimeSpan.FromSeconds(5));

        var json = JsonSerializer.Serialize(action);
        var read = JsonSerializer.Deserialize<ActionExecution>(json);

        Assert.Equal(json, JsonSerializer.Serialize(read));
        Assert.Equal(action.IdempotencyKey, read?.IdempotencyKey);
    }
}
