using System.Text.Json.Nodes;

namespace Pao.Activities.Tests.GitHub;

/// <summary>Whatever becomes of the answer, there is one run; and where nobody can know, a person is asked.</summary>
public sealed class LostRunTests(SandboxProcess sandbox) : IClassFixture<SandboxProcess>
{
    private const string Dispatch = "POST actions/workflows/provision.yml/dispatches";

    /// <summary>What happens to the call that starts the run, whether it starts one, and what the server knows.</summary>
    public static TheoryData<string, bool, string> Accidents()
    {
        var data = new TheoryData<string, bool, string>();
        foreach (var answers in new[] { "details", "silent" })
        {
            data.Add("drop_after", true, answers);
            data.Add("status_after", true, answers);
            data.Add("hang_after", true, answers);
            data.Add("drop_before", false, answers);
            data.Add("status", false, answers);
        }

        // What a silent server answers has no body that could be spoiled.
        data.Add("malformed", true, "details");
        data.Add("huge", true, "details");
        return data;
    }

    [Theory]
    [MemberData(nameof(Accidents))]
    public async Task An_accident_of_the_call_leaves_one_run(string accident, bool hadEffect, string answers)
    {
        await using var desk = await RunDesk.OpenAsync(sandbox, ("Pao:Activities:DefaultTimeout", "00:00:02"));
        await desk.SetAsync(("answers", answers));
        await desk.FaultAsync(Dispatch, accident);
        var action = desk.Action();

        var waiting = await desk.StartAsync(action);

        Assert.Equal((long?)(await desk.RunAsync())["id"], (long?)waiting.Handle["id"]);
        Assert.Equal(hadEffect ? "verdict Happened" : "verdict DidNotHappen", Assert.Single(desk.Journal.Notes, note => note.StartsWith("verdict", StringComparison.Ordinal)));
        Assert.EndsWith(" Unknown", desk.Journal.Notes[1]);
    }

    [Fact]
    public async Task A_process_that_was_killed_before_the_receipt_finds_its_run()
    {
        await using var desk = await RunDesk.OpenAsync(sandbox);
        var action = desk.Action();
        var first = await desk.StartAsync(action);
        await desk.MoveAsync(first, "completed", "success");

        desk.Journal.ForgetReceipt();
        var second = await desk.StartAsync(action);

        Assert.Equal((long?)first.Handle["id"], (long?)second.Handle["id"]);
        await desk.RunAsync();
        Assert.IsType<ActionProgress.Done>(await desk.FollowAsync(action, second));
    }

    [Theory]
    [InlineData("silent", 1)]
    [InlineData("strict", 2)]
    public async Task A_server_that_cannot_say_which_run_it_starts_is_asked_for_the_marker(string answers, int calls)
    {
        await using var desk = await RunDesk.OpenAsync(sandbox, ("SearchGrace", "00:00:20"));
        await desk.SetAsync(("answers", answers), ("hide_from_lists", 2));
        await desk.StartByHandAsync();

        var waiting = await desk.StartAsync(desk.Action());

        var started = (await desk.RunsAsync())[1];
        Assert.Equal((long?)started["id"], (long?)waiting.Handle["id"]);
        Assert.Equal(2, (await desk.RunsAsync()).Length);
        Assert.Equal(calls + 1, await desk.CallsAsync("POST", "/dispatches")); // and the one by hand
    }

    [Fact]
    public async Task A_marker_that_only_a_step_shows_is_found()
    {
        await using var desk = await RunDesk.OpenAsync(sandbox);
        await desk.WorkflowAsync(new JsonObject { ["pao_key"] = new JsonObject() }, null, ("step_name", "apply for ${{ inputs.pao_key }}"));
        await desk.SetAsync(("answers", "silent"));
        await desk.StartByHandAsync();

        var waiting = await desk.StartAsync(desk.Action());

        Assert.Equal((long?)(await desk.RunsAsync())[1]["id"], (long?)waiting.Handle["id"]);
    }

    [Fact]
    public async Task A_workflow_without_the_input_is_started_without_the_marker_where_the_server_says_which_run_it_is()
    {
        await using var desk = await RunDesk.OpenAsync(sandbox);
        await desk.WorkflowAsync([]);

        var waiting = await desk.StartAsync(desk.Action());

        var run = await desk.RunAsync();
        Assert.Equal((long?)run["id"], (long?)waiting.Handle["id"]);
        Assert.Null(run["inputs"]?["pao_key"]);
        Assert.Equal(2, await desk.CallsAsync("POST", "/dispatches"));
    }

    [Fact]
    public async Task Nothing_is_started_of_which_the_run_could_never_be_known()
    {
        await using var desk = await RunDesk.OpenAsync(sandbox);
        await desk.WorkflowAsync([]);
        await desk.SetAsync(("answers", "strict"));

        var failure = await desk.FailAsync(desk.Action());

        Assert.Equal(("action.rejected", ActionEffect.None), (failure.Code, failure.Effect));
        Assert.Contains("Give the workflow the input pao_key, and show it: run-name:", failure.Message);
        Assert.Empty(await desk.RunsAsync());
    }

    [Fact]
    public async Task A_run_that_a_silent_server_has_started_without_a_marker_is_left_to_a_person()
    {
        await using var desk = await RunDesk.OpenAsync(sandbox);
        await desk.WorkflowAsync([]);
        await desk.SetAsync(("answers", "silent"));

        var failure = await desk.FailAsync(desk.Action());

        Assert.Equal(("action.outcome_unknown", false, ActionEffect.Unknown), (failure.Code, failure.Retryable, failure.Effect));
        await desk.RunAsync();
    }

    [Fact]
    public async Task A_lost_answer_of_a_workflow_without_the_marker_is_left_to_a_person_with_the_runs_that_it_may_be()
    {
        await using var desk = await RunDesk.OpenAsync(sandbox);
        await desk.WorkflowAsync([]);
        await desk.FaultAsync(Dispatch, "drop_after", ("skip", 1));
        var action = desk.Action();

        await desk.FailAsync(action);
        var failure = await desk.FailAsync(action);

        Assert.Equal(("action.outcome_unknown", false), (failure.Code, failure.Retryable));
        Assert.Contains((string)(await desk.RunAsync())["html_url"]!, failure.Message);
    }

    [Fact]
    public async Task Runs_of_others_on_other_branches_and_with_other_markers_stand_in_nobodys_way()
    {
        await using var desk = await RunDesk.OpenAsync(sandbox);
        await desk.ControlAsync("pushes", new JsonObject { ["branch"] = "other", ["commits"] = new JsonArray(new JsonObject { ["login"] = "ada", ["files"] = new JsonObject { ["a"] = "c" } }) });
        await desk.StartByHandAsync("other");
        await desk.StartAsync(desk.Action());
        desk.Journal.ForgetReceipt();
        var action = desk.Action();
        await desk.FaultAsync(Dispatch, "drop_before");

        var waiting = await desk.StartAsync(action); // intent stands: it looks first, finds nothing, is cut, looks again, starts

        Assert.Equal((long?)(await desk.RunsAsync())[2]["id"], (long?)waiting.Handle["id"]);
        Assert.Equal(["verdict DidNotHappen", "verdict DidNotHappen"], desk.Journal.Notes.Where(note => note.StartsWith("verdict", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_run_that_the_list_does_not_show_yet_is_waited_for()
    {
        await using var desk = await RunDesk.OpenAsync(sandbox, ("SearchGrace", "00:00:20"));
        await desk.SetAsync(("hide_from_lists", 2));
        await desk.FaultAsync(Dispatch, "drop_after");

        await desk.StartAsync(desk.Action());

        await desk.RunAsync();
        Assert.Equal(3, await desk.CallsAsync("GET", "/provision.yml/runs"));
    }

    [Fact]
    public async Task Without_patience_there_would_be_two()
    {
        await using var desk = await RunDesk.OpenAsync(sandbox);
        await desk.SetAsync(("hide_from_lists", 2));
        await desk.FaultAsync(Dispatch, "drop_after");

        await desk.StartAsync(desk.Action());

        Assert.Equal(2, (await desk.RunsAsync()).Length);
    }

    [Fact]
    public async Task Of_many_runs_the_one_with_the_marker_is_found_on_a_later_page()
    {
        await using var desk = await RunDesk.OpenAsync(sandbox);
        var action = desk.Action();
        await desk.StartAsync(action);
        for (var i = 0; i < 35; i++)
            await desk.StartByHandAsync();
        desk.Journal.ForgetReceipt();

        var found = await desk.StartAsync(action);

        Assert.Equal((long?)(await desk.RunsAsync())[0]["id"], (long?)found.Handle["id"]);
    }

    [Theory]
    [InlineData(500, true)]
    [InlineData(401, false)]
    public async Task A_search_that_fails_leaves_the_question_open(int status, bool retryable)
    {
        await using var desk = await RunDesk.OpenAsync(sandbox);
        var action = desk.Action();
        await desk.FaultAsync(Dispatch, "drop_after");
        await desk.FaultAsync("GET actions/workflows/provision.yml/runs", "status", ("status", status));

        await desk.FailAsync(action);
        var failure = await desk.FailAsync(action);
        await desk.StartAsync(action);

        Assert.Equal(retryable, failure.Retryable);
        await desk.RunAsync();
        Assert.Equal("verdict Happened", Assert.Single(desk.Journal.Notes, note => note.StartsWith("verdict", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(401)]
    [InlineData(404)]
    [InlineData(429)]
    public async Task A_silent_server_that_cannot_be_asked_for_its_run_has_started_it_even_so(int status)
    {
        await using var desk = await RunDesk.OpenAsync(sandbox);
        await desk.SetAsync(("answers", "silent"));
        await desk.FaultAsync("GET actions/workflows/provision.yml/runs", "status", ("status", status));
        var action = desk.Action();

        Assert.Equal(ActionEffect.Unknown, (await desk.FailAsync(action)).Effect);
        await desk.StartAsync(action);

        await desk.RunAsync();
    }

    [Fact]
    public async Task A_run_that_is_found_again_is_done_at_once_when_nobody_waits_for_its_end()
    {
        await using var desk = await RunDesk.OpenAsync(sandbox);
        var action = desk.Action("\"waitForCompletion\": false");
        await desk.FaultAsync(Dispatch, "drop_after");

        var waiting = await desk.StartAsync(action);
        var done = Assert.IsType<ActionProgress.Done>(await desk.FollowAsync(action, waiting));

        Assert.Equal(TimeSpan.Zero, waiting.PollAfter);
        Assert.Equal((long?)(await desk.RunAsync())["id"], (long?)done.Result.Outputs["runId"]);
    }
}
