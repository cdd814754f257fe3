using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;

namespace Pao.Activities.Tests.Terraform;

/// <summary>Runs of Terraform Cloud: made or waited for, planned, judged, confirmed, applied, ended.</summary>
public sealed class FollowedRunTests(SandboxProcess sandbox) : IClassFixture<SandboxProcess>
{
    private const string Endpoint = """[{"name": "endpoint"}]""";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static (string Key, string? Value)[] Connected => [("TerraformCloud:Source", "Vcs")];

    [Theory]
    [InlineData("""{"has_cost_estimate": true, "policy": "passed"}""")]
    [InlineData("""{"no_changes": true}""")]
    [InlineData("""{"unpack_looks": 3}""")]
    [InlineData("""{"auto_apply": true}""")]
    [InlineData("""{"outputs_late": 2}""")]
    public async Task A_run_is_followed_through_its_states_to_the_end(string settings)
    {
        await using var desk = await TerraformDesk.OpenAsync(sandbox);
        await desk.SetCloudAsync((JsonObject)JsonNode.Parse(settings)!);

        var result = await desk.RunAsync(TerraformDesk.Action(outputs: settings.Contains("no_changes", StringComparison.Ordinal) ? null : Endpoint));

        Assert.Single(await desk.RunsAsync());
        Assert.EndsWith("/runs/" + (string?)(await desk.RunsAsync())[0]["id"], result.ExternalReference);
    }

    [Theory]
    [InlineData("""{"fails_at": "planning"}""", "before anything was applied")]
    [InlineData("""{"fails_at": "applying"}""", "while it applied: a part of it may be there")]
    [InlineData("""{"policy": "hard_failed"}""", "before anything was applied")]
    public async Task A_run_that_fails_fails_the_action_and_a_retry_makes_another(string settings, string says)
    {
        await using var desk = await TerraformDesk.OpenAsync(sandbox);
        await desk.SetCloudAsync((JsonObject)JsonNode.Parse(settings)!);
        var action = TerraformDesk.Action();

        var failure = await desk.RunFailsAsync(action);

        Assert.Equal(("action.failed", false, ActionEffect.Ended), (failure.Code, failure.Retryable, failure.Effect));
        Assert.Contains(says, failure.Message);
        Assert.Contains($"{desk.CloudUrl}/app/acme/workspaces/infrastructure/runs/run-", failure.Message);
        await desk.SetCloudAsync([]);
        desk.Journal.ForgetReceipt();
        await desk.RunAsync(action with { Revision = 1 });
        Assert.Equal(["errored", "applied"], (await desk.RunsAsync()).Select(run => (string?)run["attributes"]!["status"]));
    }

    [Fact]
    public async Task Where_somebody_confirms_plans_the_action_says_so_and_waits()
    {
        await using var desk = await TerraformDesk.OpenAsync(sandbox, settings: ("TerraformCloud:Apply", "Confirmed"));
        var action = TerraformDesk.Action(outputs: Endpoint);
        var waiting = await desk.WaitsForAsync(action, (await desk.StartAsync(action)).Waiting!, "waits for somebody to confirm it in Terraform Cloud");
        var run = (string)(await desk.RunsAsync())[0]["id"]!;

        Assert.Equal($"run {run} of acme/infrastructure (planned: waits for somebody to confirm it in Terraform Cloud)", waiting.WaitsFor);
        Assert.Equal(($"{desk.CloudUrl}/app/acme/workspaces/infrastructure/runs/{run}", $"terraform:{run}"), (waiting.ExternalReference, Assert.Single(waiting.HintKeys)));
        await desk.ActAsync(run, "apply");

        Assert.Equal("sessions.cache.example", (string?)(await desk.FollowToEndAsync(action, waiting)).Outputs["endpoint"]);
    }

    [Theory]
    [InlineData("discard", "was discarded in Terraform Cloud")]
    public async Task A_plan_that_somebody_discards_fails_the_action(string what, string says)
    {
        await using var desk = await TerraformDesk.OpenAsync(sandbox, settings: ("TerraformCloud:Apply", "Confirmed"));
        var action = TerraformDesk.Action();
        var waiting = await desk.WaitsForAsync(action, (await desk.StartAsync(action)).Waiting!, "waits for somebody");
        await desk.ActAsync((string)(await desk.RunsAsync())[0]["id"]!, what);

        var failure = await Assert.ThrowsAsync<ActionFailedException>(() => desk.FollowToEndAsync(action, waiting));

        Assert.Contains(says, failure.Message);
        Assert.Equal(ActionEffect.Ended, failure.Effect);
    }

    [Fact]
    public async Task A_policy_that_somebody_may_override_is_waited_for()
    {
        await using var desk = await TerraformDesk.OpenAsync(sandbox);
        await desk.SetCloudAsync(new JsonObject { ["policy"] = "soft_failed" });
        var action = TerraformDesk.Action();

        var waiting = await desk.WaitsForAsync(action, (await desk.StartAsync(action)).Waiting!, "policy_override: waits for somebody to decide in Terraform Cloud");
        await desk.ControlAsync($"runs/{waiting.Handle["run"]}/move?status=policy_checked");

        await desk.FollowToEndAsync(action, waiting);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_connected_workspace_runs_by_itself_and_its_run_is_found_by_the_commit(bool hidesMessages)
    {
        await using var desk = await TerraformDesk.OpenAsync(sandbox, settings: Connected);
        await desk.SetCloudAsync(new JsonObject { ["repository"] = desk.Repository });
        if (hidesMessages)
            await desk.ControlAsync("hides-messages");
        await desk.PushAsync(new JsonObject { ["other.tf"] = "# the team's\n" }); // a run that is not ours
        var action = TerraformDesk.Action(outputs: Endpoint);

        var result = await desk.RunAsync(action);

        // The workspace waits for a person, and the mapping says that PAO confirms.
        Assert.Equal(["planned", "applied"], (await desk.RunsAsync()).Select(run => (string?)run["attributes"]!["status"]));
        Assert.Equal("sessions.cache.example", (string?)result.Outputs["endpoint"]);
        Assert.Equal(0, await desk.EffectsAsync("POST", "/api/v2/runs"));
    }

    [Fact]
    public async Task A_run_that_does_not_come_is_waited_for_by_its_workspace()
    {
        await using var desk = await TerraformDesk.OpenAsync(sandbox, settings: Connected);
        await desk.SetCloudAsync(new JsonObject { ["repository"] = desk.Repository, ["branch"] = "another" });
        var action = TerraformDesk.Action();

        var progress = await desk.Executor.FollowAsync(action, (await desk.StartAsync(action)).Waiting!.Handle, Cancellation);

        var waiting = Assert.IsType<ActionProgress.Waiting>(progress);
        Assert.Matches("^a run of acme/infrastructure for commit [0-9a-f]{8}$", waiting.WaitsFor);
        Assert.StartsWith("terraform:ws-", Assert.Single(waiting.HintKeys));
    }

    [Fact]
    public async Task Who_does_not_wait_for_the_apply_is_done_when_the_run_is_there()
    {
        await using var desk = await TerraformDesk.OpenAsync(sandbox);
        await desk.SetCloudAsync(new JsonObject { ["step_milliseconds"] = null });

        await desk.RunAsync(TerraformDesk.Action(rest: "\"waitForApply\": false"));

        Assert.Equal("pending", (string?)Assert.Single(await desk.RunsAsync())["attributes"]!["status"]);
    }

    [Fact]
    public async Task A_workspace_with_a_folder_gets_the_repositorys_paths()
    {
        await using var desk = await TerraformDesk.OpenAsync(sandbox, settings: ("Folder", "stacks"));
        await desk.SetCloudAsync(new JsonObject { ["working_directory"] = "stacks/a" });

        var result = await desk.RunAsync(TerraformDesk.Action(file: "a/sessions.tf", outputs: Endpoint));

        Assert.Equal(["stacks/a/sessions.tf", "stacks/main.tf"], (await desk.CloudAsync())["files"]!.AsObject().Select(file => file.Key).Order());
        Assert.NotNull(result.Outputs["endpoint"]);
    }

    [Fact]
    public async Task Each_folder_may_have_its_own_workspace()
    {
        await using var desk = await TerraformDesk.OpenAsync(sandbox, settings: ("TerraformCloud:Workspace", "cache-{folder}"));

        await desk.RunAsync(TerraformDesk.Action(file: "caches/sessions/main.tf"));

        Assert.Equal(["main.tf"], (await desk.CloudAsync("cache-caches--sessions"))["files"]!.AsObject().Select(file => file.Key));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("drop_after")]
    [InlineData("status_after")]
    public async Task A_workspace_that_is_not_there_is_made_once_where_the_operator_says_so(string? accident)
    {
        await using var desk = await TerraformDesk.OpenAsync(
            sandbox, settings: [("TerraformCloud:Workspace", "missing-{folder}"), ("TerraformCloud:CreateWorkspaces", "true"), ("TerraformCloud:Project", "prj-1")]);
        if (accident is not null)
            await desk.FaultAsync("cloud POST organizations/acme/workspaces", accident);

        var result = await desk.RunAsync(TerraformDesk.Action(file: "caches/one/main.tf", outputs: Endpoint));

        Assert.NotNull(result.Outputs["endpoint"]);
        Assert.Equal(1, await desk.EffectsAsync("POST", "organizations/acme/workspaces"));
        Assert.Single(await desk.CommitsAsync());
    }

    [Theory]
    [InlineData("a/b/main.tf", "ws-a--b")]
    [InlineData("a-b/main.tf", "ws-a-b")]
    [InlineData("a--b/main.tf", null)]
    [InlineData("a.b/main.tf", null)]
    [InlineData("-a/main.tf", null)]
    [InlineData("main.tf", null)]
    public async Task No_two_folders_have_one_workspace(string file, string? workspace)
    {
        await using var desk = await TerraformDesk.OpenAsync(sandbox, settings: ("TerraformCloud:Workspace", "ws-{folder}"));
        var action = TerraformDesk.Action(file: file);

        if (workspace is null)
            Assert.Contains("are named by the folder of a file", (await desk.FailAsync(action)).Message);
        else
            Assert.Equal(workspace, (string?)(await desk.StartAsync(action)).Waiting!.Handle["workspaceName"]);
    }

    [Fact]
    public async Task A_run_never_has_files_from_before_somebody_elses_commit()
    {
        await using var desk = await TerraformDesk.OpenAsync(sandbox);
        await desk.SetCloudAsync(new JsonObject { ["unpack_looks"] = 1 });
        var action = TerraformDesk.Action();
        var waiting = (await desk.StartAsync(action)).Waiting!;
        await desk.PushAsync(new JsonObject { ["earlier.tf"] = "# somebody else's" });
        waiting = Assert.IsType<ActionProgress.Waiting>(await desk.Executor.FollowAsync(action, waiting.Handle, Cancellation));
        Assert.NotNull(waiting.Handle["configuration"]);
        await desk.PushAsync(new JsonObject { ["later.tf"] = "# somebody else's" });

        await desk.FollowToEndAsync(action, waiting);

        Assert.Single(await desk.RunsAsync());
        Assert.Subset((await desk.CloudAsync())["files"]!.AsObject().Select(file => file.Key).ToHashSet(), new HashSet<string> { "earlier.tf", "later.tf", "sessions.tf" });
    }

    [Fact]
    public async Task An_output_that_is_not_there_stops_the_action_and_names_those_that_are()
    {
        await using var desk = await TerraformDesk.OpenAsync(sandbox);

        var failure = await desk.RunFailsAsync(TerraformDesk.Action(outputs: """[{"name": "endpoint"}, {"name": "port"}]"""));

        Assert.Equal(("action.outputs_missing", false), (failure.Code, failure.Retryable));
        Assert.Contains("has no output port; there are: endpoint.", failure.Message);
    }

    [Fact]
    public async Task A_sensitive_output_is_kept_as_a_secret_of_the_request_and_stands_nowhere_in_clear()
    {
        var kept = new KeptSecrets();
        await using var desk = await TerraformDesk.OpenAsync(sandbox, kept);
        var action = TerraformDesk.Action("output \"password\" {\n  value     = \"hunter2hunter2\"\n  sensitive = true\n}", outputs: """[{"name": "password"}]""");

        var result = await desk.RunAsync(action);

        Assert.Equal("""{"password":{"$secret":"fields/output/apply/password"}}""", result.Outputs.ToJsonString());
        Assert.Equal(("output/apply/password", "hunter2hunter2"), Assert.Single(kept.Of(action.RequestId)));
    }

    [Fact]
    public async Task A_secret_variable_goes_into_the_workspace_where_nobody_reads_it_and_into_no_file()
    {
        await using var desk = await TerraformDesk.OpenAsync(sandbox, settings: ("Pao:Secrets:password", "hunter2hunter2"));
        var action = TerraformDesk.Action(rest: "\"variables\": {\"password\": {\"$secret\": \"password\"}, \"size\": 1}");

        await desk.RunAsync(action);
        desk.Journal.ForgetReceipt();
        await desk.RunAsync(action with { Revision = 1 });

        var variable = Assert.Single((await desk.CloudAsync())["variables"]!.AsArray())!["attributes"]!;
        Assert.Equal(("password", "hunter2hunter2", true), ((string?)variable["key"], (string?)variable["value"], (bool?)variable["sensitive"]));
        Assert.Equal("{\n  \"size\": 1\n}\n", (await desk.FilesAsync())["sessions.auto.tfvars.json"]);
        Assert.DoesNotContain("hunter2", string.Concat((await desk.FilesAsync()).Values));
    }

    [Theory]
    [InlineData(null, "canceled")]
    [InlineData("Confirmed", "discarded")]
    public async Task A_run_that_is_not_wanted_any_more_is_ended(string? apply, string status)
    {
        await using var desk = await TerraformDesk.OpenAsync(sandbox, settings: ("TerraformCloud:Apply", apply ?? "Auto"));
        await desk.SetCloudAsync(new JsonObject { ["step_milliseconds"] = apply is null ? null : 10 });
        var action = TerraformDesk.Action();
        var waiting = (await desk.StartAsync(action)).Waiting!;
        waiting = await desk.WaitsForAsync(action, waiting, apply is null ? "pending" : "waits for somebody");
        if (apply is null)
            await desk.ControlAsync($"runs/{waiting.Handle["run"]}/step");

        await desk.Executor.CancelAsync(action, waiting.Handle, "the team moved on", Cancellation);
        await desk.Executor.CancelAsync(action, waiting.Handle, "the team moved on", Cancellation);

        Assert.Equal(status, (string?)Assert.Single(await desk.RunsAsync())["attributes"]!["status"]);
    }

    [Fact]
    public async Task A_run_that_was_made_and_not_noted_is_ended_too()
    {
        await using var desk = await TerraformDesk.OpenAsync(sandbox);
        await desk.SetCloudAsync(new JsonObject { ["step_milliseconds"] = null });
        var action = TerraformDesk.Action();
        var waiting = (await desk.StartAsync(action)).Waiting!;
        await desk.Executor.FollowAsync(action, waiting.Handle, Cancellation);

        await desk.Executor.CancelAsync(action, waiting.Handle, "so", Cancellation);

        Assert.Equal("discarded", (string?)Assert.Single(await desk.RunsAsync())["attributes"]!["status"]);
    }

    [Fact]
    public async Task A_run_that_cannot_be_ended_is_left_to_a_person()
    {
        await using var desk = await TerraformDesk.OpenAsync(sandbox);
        await desk.SetCloudAsync(new JsonObject { ["step_milliseconds"] = null });
        var action = TerraformDesk.Action();
        var waiting = await desk.WaitsForAsync(action, (await desk.StartAsync(action)).Waiting!, "pending");
        await desk.FaultAsync("cloud POST runs/.*/actions/discard", "status", ("status", 409));

        var failure = await Assert.ThrowsAsync<ActionFailedException>(() => desk.Executor.CancelAsync(action, waiting.Handle, "so", Cancellation));

        Assert.Contains("does not let it be ended now. End it by hand: ", failure.Message);
    }
}
