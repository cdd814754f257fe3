using System.Text.Json.Nodes;
using Pao.TaskHub.Tests.Harness;

namespace Pao.Activities.Tests.Terraform;

/// <summary>Whatever becomes of an answer, there is one commit and one run.</summary>
public sealed class LostCommitTests(SandboxProcess sandbox) : IClassFixture<SandboxProcess>
{
    private const string Move = "github PATCH git/refs/heads/main";

    private static readonly string[] Accidents = ["drop_after", "status_after", "malformed", "huge", "hang_after", "drop_before", "status"];

    public static TheoryData<string, string> Everywhere()
    {
        var data = new TheoryData<string, string>();
        foreach (var operation in new[]
        {
            "github GET branches/main", "github GET contents/sessions.tf", "github POST git/trees", "github POST git/commits", Move, "github GET git/trees/.*",
            "github GET git/blobs/.*", "cloud GET organizations/acme/workspaces/infrastructure", "cloud GET workspaces/.*/runs", "cloud POST workspaces/.*/configuration-versions",
            "cloud PUT archivist/.*", "cloud GET configuration-versions/.*", "cloud POST runs", "cloud GET runs/.*", "cloud GET workspaces/.*/current-state-version-outputs",
        })
            foreach (var accident in Accidents)
                data.Add(operation, accident);
        return data;
    }

    [Theory]
    [MemberData(nameof(Everywhere))]
    public async Task An_accident_of_any_call_leaves_one_commit_and_one_run(string operation, string accident)
    {
        await using var desk = await TerraformDesk.OpenAsync(sandbox, settings: ("Pao:Activities:DefaultTimeout", "00:00:02"));
        await desk.FaultAsync(operation, accident);

        // A flood is no accident that passes by itself: whoever decides tries again.
        var action = TerraformDesk.Action(outputs: """[{"name": "endpoint"}]""");
        var result = await UntilDoneAsync(desk, action, mayFail: accident is "huge");

        Assert.Equal("sessions.cache.example", (string?)result.Outputs["endpoint"]);
        Assert.Single(await desk.CommitsAsync());
        Assert.Single(await desk.RunsAsync());
    }

    [Theory]
    [InlineData("drop_after", "verdict Happened")]
    [InlineData("status_after", "verdict Happened")]
    [InlineData("drop_before", "verdict DidNotHappen")]
    public async Task A_commit_of_which_no_answer_came_is_looked_for(string accident, string verdict)
    {
        await using var desk = await TerraformDesk.OpenAsync(sandbox);
        await desk.FaultAsync(Move, accident);

        await desk.StartAsync(TerraformDesk.Action());

        Assert.Equal(["intent Fresh", "action.unavailable Unknown", "intent Unsure", verdict, "waits"], desk.Journal.Notes);
        Assert.Equal(1, await desk.EffectsAsync("PATCH", "git/refs/heads/main"));
    }

    [Fact]
    public async Task A_process_that_was_killed_before_the_receipt_finds_its_commit_also_when_others_followed()
    {
        await using var desk = await TerraformDesk.OpenAsync(sandbox);
        var action = TerraformDesk.Action();
        var first = (await desk.StartAsync(action)).Waiting!;
        await desk.PushAsync(new JsonObject { ["other.tf"] = "# the team's\n" });
        await desk.PushAsync(new JsonObject { ["sessions.tf"] = "# somebody changed it by hand\n" });
        desk.Journal.ForgetReceipt();

        var second = (await desk.StartAsync(action)).Waiting!;

        Assert.Equal(first.Handle.ToJsonString(), second.Handle.ToJsonString());
        Assert.Single(await desk.CommitsAsync());
    }

    [Fact]
    public async Task A_run_that_was_made_and_not_noted_is_found_by_its_message()
    {
        await using var desk = await TerraformDesk.OpenAsync(sandbox);
        var action = TerraformDesk.Action();
        var waiting = (await desk.StartAsync(action)).Waiting!;

        // Both look from the same note, as after a crash.
        await desk.Executor.FollowAsync(action, waiting.Handle, TestContext.Current.CancellationToken);
        await desk.FollowToEndAsync(action, waiting);

        Assert.Single(await desk.RunsAsync());
        Assert.Equal(1, await desk.EffectsAsync("POST", "/api/v2/runs"));
    }

    [Fact]
    public async Task The_same_content_that_is_there_already_is_adopted_without_another_commit()
    {
        await using var desk = await TerraformDesk.OpenAsync(sandbox, hasCloud: false);
        var action = TerraformDesk.Action();
        var first = await desk.RunAsync(action);

        var again = await desk.Executor.StartAsync(action, TestContext.Current.CancellationToken);

        Assert.Equal(first.ExternalReference, Assert.IsType<ActionProgress.Done>(again).Result.ExternalReference);
        Assert.Equal(1, await desk.EffectsAsync("PATCH", "git/refs/heads/main"));
    }

    [Fact]
    public async Task Another_revision_is_another_commit_and_another_run()
    {
        await using var desk = await TerraformDesk.OpenAsync(sandbox);
        var action = TerraformDesk.Action();
        await desk.RunAsync(action);
        desk.Journal.ForgetReceipt();

        await desk.RunAsync(action with { Revision = 1 });

        Assert.Equal(2, (await desk.CommitsAsync()).Length);
        Assert.Equal(2, (await desk.RunsAsync()).Length);
    }

    [Fact]
    public async Task A_commit_that_somebody_was_quicker_than_is_made_anew_upon_theirs()
    {
        await using var desk = await TerraformDesk.OpenAsync(sandbox, hasCloud: false);
        await desk.FaultAsync(Move, "latency", ("milliseconds", 500));
        var running = desk.RunAsync(TerraformDesk.Action());
        await UntilSeenAsync(desk, "POST", "/git/commits");
        await desk.PushAsync(new JsonObject { ["other.tf"] = "# somebody else's\n" });

        await running;

        Assert.Equal(["other.tf", "sessions.tf"], (await desk.FilesAsync()).Keys.Order());
        Assert.Equal(["intent Fresh", "receipt"], desk.Journal.Notes);
        Assert.Equal(2, await desk.EffectsAsync("POST", "/git/commits"));
    }

    [Fact]
    public async Task Twenty_requests_at_once_have_a_commit_each_and_lose_none()
    {
        await using var desk = await TerraformDesk.OpenAsync(sandbox, hasCloud: false);
        var cancellation = TestContext.Current.CancellationToken;

        await Parallel.ForAsync(0, 20, cancellation, async (index, token) =>
        {
            var action = TerraformDesk.Action(file: $"stacks/s{index}.tf");
            for (var isDone = false; !isDone;)
            {
                try
                {
                    isDone = await desk.Executor.StartAsync(action, token) is ActionProgress.Done;
                }
                catch (ActionFailedException failure) when (failure is { Retryable: true, Effect: ActionEffect.None })
                {
                    // More than a few others were quicker: the engine tries again.
                }
            }
        });

        Assert.Equal(20, (await desk.FilesAsync()).Count);
        Assert.Equal(20, (await desk.CommitsAsync()).Distinct().Count());
    }

    private static Task UntilSeenAsync(TerraformDesk desk, string method, string path) =>
        Eventually.TrueAsync(async () => await desk.EffectsAsync(method, path) > 0, $"{method} {path} had an effect");

    private static async Task<ActionResult> UntilDoneAsync(TerraformDesk desk, ActionExecution action, bool mayFail)
    {
        try
        {
            return await desk.RunAsync(action);
        }
        catch (ActionFailedException) when (mayFail)
        {
            var standing = await desk.StartAsync(action);
            return standing.Result ?? await desk.FollowToEndAsync(action, standing.Waiting!);
        }
    }
}
