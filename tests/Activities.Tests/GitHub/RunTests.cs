using System.Text.Json.Nodes;

namespace Pao.Activities.Tests.GitHub;

/// <summary>A workflow is started as the document says, and the very run that was started is followed to its end.</summary>
public sealed class RunTests(SandboxProcess sandbox) : IClassFixture<SandboxProcess>
{
    [Fact]
    public async Task A_run_is_started_with_its_inputs_and_known_from_the_answer()
    {
        await using var desk = await RunDesk.OpenAsync(sandbox);
        var action = desk.Action("\"ref\": \"main\"", """{"name": "shop", "size": "large"}""");

        var waiting = await desk.StartAsync(action);

        var run = await desk.RunAsync();
        Assert.Equal((long?)run["id"], (long?)waiting.Handle["id"]);
        Assert.Equal("shop", (string?)run["inputs"]?["name"]);
        Assert.Equal("large", (string?)run["inputs"]?["size"]);
        Assert.Matches("^pao-[0-9a-f]{32}$", (string?)run["inputs"]?["pao_key"]);
        Assert.Equal((string?)run["html_url"], waiting.ExternalReference);
        Assert.Equal([$"github:{desk.Repository}:run:{run["id"]}"], waiting.HintKeys);
        Assert.Equal(1, await desk.CallsAsync("POST", "/dispatches"));
        Assert.Equal(0, await desk.CallsAsync("GET", "/runs"));
    }

    [Fact]
    public async Task Numbers_and_truths_are_sent_as_texts()
    {
        await using var desk = await RunDesk.OpenAsync(sandbox);
        await desk.WorkflowAsync(new JsonObject { ["pao_key"] = new JsonObject(), ["nodes"] = new JsonObject(), ["private"] = new JsonObject() });

        await desk.StartAsync(desk.Action(inputs: """{"name": "shop", "nodes": 3, "private": true}"""));

        var inputs = (await desk.RunAsync())["inputs"]!;
        Assert.Equal("""["3","true"]""", new JsonArray(inputs["nodes"]!.DeepClone(), inputs["private"]!.DeepClone()).ToJsonString());
    }

    [Theory]
    [InlineData("success")]
    [InlineData("neutral")]
    public async Task A_run_that_ended_well_hands_on_what_it_was(string conclusion)
    {
        await using var desk = await RunDesk.OpenAsync(sandbox);
        var action = desk.Action();
        var waiting = await desk.StartAsync(action);
        await desk.MoveAsync(waiting, "completed", conclusion);

        var done = Assert.IsType<ActionProgress.Done>(await desk.FollowAsync(action, waiting));

        Assert.Equal(["runId", "url", "conclusion"], done.Result.Outputs.Select(output => output.Key));
        Assert.Equal((long?)waiting.Handle["id"], (long?)done.Result.Outputs["runId"]);
        Assert.Equal(conclusion, (string?)done.Result.Outputs["conclusion"]);
        Assert.Equal(waiting.ExternalReference, done.Result.ExternalReference);
    }

    [Theory]
    [InlineData("failure", "has ended: failure; job 'apply', step 'terraform apply' (failure)")]
    [InlineData("cancelled", "has ended: cancelled; job 'apply', step 'terraform apply' (cancelled)")]
    [InlineData("timed_out", "has ended: timed out; job 'apply', step 'terraform apply' (timed_out)")]
    [InlineData("startup_failure", "has ended: startup failure; job 'apply'")]
    [InlineData("stale", "has ended: stale; job 'apply'")]
    [InlineData("skipped", "has ended: skipped; nothing in it was carried out")]
    [InlineData("something_new", "has ended: something new")]
    public async Task A_run_that_ended_badly_is_the_actions_failure_with_the_step_that_failed(string conclusion, string says)
    {
        await using var desk = await RunDesk.OpenAsync(sandbox);
        var action = desk.Action();
        var waiting = await desk.StartAsync(action);
        await desk.MoveAsync(waiting, "completed", conclusion);

        var failure = await desk.FollowFailsAsync(action, waiting);

        Assert.Equal(("action.failed", false, ActionEffect.Ended), (failure.Code, failure.Retryable, failure.Effect));
        Assert.Contains(says, failure.Message);
        Assert.Contains(waiting.ExternalReference!, failure.Message);
    }

    [Theory]
    [InlineData("queued", null, "(queued)")]
    [InlineData("in_progress", null, "(in progress)")]
    [InlineData("waiting", null, "(waits for a rule of its environment on GitHub)")]
    [InlineData("completed", "action_required", "(waits for an approval on GitHub)")]
    public async Task A_run_that_has_not_ended_is_waited_for(string status, string? conclusion, string says)
    {
        await using var desk = await RunDesk.OpenAsync(sandbox);
        var action = desk.Action();
        var waiting = await desk.StartAsync(action);
        await desk.MoveAsync(waiting, status, conclusion);

        var still = Assert.IsType<ActionProgress.Waiting>(await desk.FollowAsync(action, waiting));

        Assert.EndsWith(says, still.WaitsFor);
        Assert.Equal(waiting.Handle.ToJsonString(), still.Handle.ToJsonString());
    }

    [Fact]
    public async Task A_look_at_a_run_that_has_not_changed_does_not_count_at_GitHub()
    {
        await using var desk = await RunDesk.OpenAsync(sandbox);
        var action = desk.Action();
        var waiting = await desk.StartAsync(action);
        foreach (var _ in new[] { 1, 2, 3 })
            Assert.IsType<ActionProgress.Waiting>(await desk.FollowAsync(action, waiting));
        await desk.MoveAsync(waiting, "completed", "success");

        Assert.IsType<ActionProgress.Done>(await desk.FollowAsync(action, waiting));

        var looks = (await desk.TrafficAsync()).Where(exchange => (string?)exchange["method"] is "GET").Select(exchange => (int)exchange["status"]!);
        Assert.Equal([200, 304, 304, 200], looks);
    }

    [Fact]
    public async Task A_secret_among_the_inputs_is_sent_and_shown_to_nobody_else()
    {
        await using var desk = await RunDesk.OpenAsync(sandbox, ("Pao:Secrets:key", "s3cr3t-of-the-input"));
        var action = desk.Action(inputs: """{"name": {"$secret": "key"}}""");
        await desk.StartAsync(action);
        desk.Journal.Forget();
        var refused = await desk.FailAsync(desk.Action(inputs: """{"name": "a", "size": {"$secret": "key"}}"""));

        Assert.Equal("s3cr3t-of-the-input", (string?)(await desk.RunAsync())["inputs"]?["name"]);
        Assert.Contains("Provided value '***' for input 'size'", refused.Message);
    }

    [Fact]
    public async Task A_run_that_somebody_runs_again_is_waited_for_again()
    {
        await using var desk = await RunDesk.OpenAsync(sandbox);
        var action = desk.Action();
        var waiting = await desk.StartAsync(action);
        await desk.MoveAsync(waiting, "in_progress", attempt: 2);

        var still = Assert.IsType<ActionProgress.Waiting>(await desk.FollowAsync(action, waiting));
        Assert.EndsWith("(in progress, attempt 2)", still.WaitsFor);
        await desk.MoveAsync(waiting, "completed", "failure");
        var failure = await desk.FollowFailsAsync(action, still);

        Assert.Contains("failure, in its attempt 2; job 'apply'", failure.Message);
    }

    [Fact]
    public async Task Without_waiting_the_action_is_done_when_the_run_has_begun()
    {
        await using var desk = await RunDesk.OpenAsync(sandbox);

        var standing = await desk.AttemptAsync(desk.Action("\"waitForCompletion\": false"));

        Assert.NotNull(standing.Result);
        Assert.Equal((long?)(await desk.RunAsync())["id"], (long?)standing.Result.Outputs["runId"]);
        Assert.Null(standing.Result.Outputs["conclusion"]);
    }

    [Fact]
    public async Task A_person_who_retries_a_failed_run_gets_a_new_one_under_a_new_key()
    {
        await using var desk = await RunDesk.OpenAsync(sandbox);
        var action = desk.Action();
        var first = await desk.StartAsync(action);
        await desk.MoveAsync(first, "completed", "failure");
        await desk.FollowFailsAsync(action, first);
        await desk.Journal.FailAsync(action, new ActionSetback("action.failed", "", Retryable: false, ActionEffect.Ended), CancellationToken.None);

        await desk.StartAsync(action with { Revision = 1 });

        var keys = (await desk.RunsAsync()).Select(run => (string?)run["inputs"]?["pao_key"]).ToList();
        Assert.Equal(2, keys.Distinct().Count());
    }

    [Theory]
    [InlineData("in_progress", "cancelled")]
    [InlineData("completed", "success")]
    public async Task A_run_that_is_not_wanted_any_more_is_cancelled_unless_it_has_ended(string status, string conclusion)
    {
        await using var desk = await RunDesk.OpenAsync(sandbox);
        var action = desk.Action();
        var waiting = await desk.StartAsync(action);
        await desk.MoveAsync(waiting, status, status is "completed" ? conclusion : null);

        await desk.CancelAsync(action, waiting);

        Assert.Equal(conclusion, (string?)(await desk.RunAsync())["conclusion"]);
    }

    [Fact]
    public async Task A_run_that_cannot_be_cancelled_is_left_to_a_person_with_its_address()
    {
        await using var desk = await RunDesk.OpenAsync(sandbox);
        var action = desk.Action();
        var waiting = await desk.StartAsync(action);
        await desk.FaultAsync($"POST actions/runs/{waiting.Handle["id"]}/cancel", "status", ("status", 409));

        var failure = await Assert.ThrowsAsync<ActionFailedException>(() => desk.CancelAsync(action, waiting));

        Assert.Contains($"Cancel it by hand: {waiting.ExternalReference}.", failure.Message);
    }

    [Fact]
    public async Task A_run_that_was_deleted_is_as_good_as_cancelled()
    {
        await using var desk = await RunDesk.OpenAsync(sandbox);
        var action = desk.Action();
        var waiting = await desk.StartAsync(action);
        await desk.DeleteAsync(waiting);

        await desk.CancelAsync(action, waiting);
    }

    [Fact]
    public async Task A_long_run_is_looked_at_less_often()
    {
        await using var desk = await RunDesk.OpenAsync(sandbox);
        var action = desk.Action();
        var waiting = await desk.StartAsync(action);
        var old = (JsonObject)waiting.Handle.DeepClone();
        old["startedAt"] = "2026-01-01T00:00:00+00:00";

        var still = Assert.IsType<ActionProgress.Waiting>(await desk.FollowAsync(action, waiting with { Handle = old }));

        Assert.Equal(TimeSpan.FromSeconds(5), waiting.PollAfter);
        Assert.Equal(TimeSpan.FromMinutes(5), still.PollAfter);
    }
}
