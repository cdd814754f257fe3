using System.Diagnostics;
using System.Text.Json.Nodes;
using Pao.Activities.Terraform.Local;
using Pao.TaskHub.Tests.Harness;

namespace Pao.Activities.Tests.Terraform;

/// <summary>Terraform's own program, with what is built into it: nothing is downloaded.</summary>
public sealed class LocalTerraformTests : IDisposable
{
    private const string Value = """
        variable "size" {
          type    = number
          default = 1
        }

        resource "terraform_data" "one" {
          input = "made with ${var.size}"
        }

        output "made" {
          value = terraform_data.one.output
        }
        """;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("pao-terraform-tests-");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_file_is_applied_and_its_outputs_are_read()
    {
        await using var actions = Actions();

        var result = await actions.RunAsync(Action(Value, "a/one.tf", """{"size": 3}""", """[{"name": "made"}]"""));

        Assert.Equal("""{"made":"made with 3"}""", result.Outputs.ToJsonString());
        Assert.Equal(Path.Combine(_folder.FullName, "a", "one.tf"), result.ExternalReference);
        Assert.True(File.Exists(Path.Combine(_folder.FullName, "a", "terraform.tfstate")));
        Assert.DoesNotContain(Directory.GetDirectories(Path.GetTempPath(), "pao-terraform-*"), path => File.Exists(Path.Combine(path, "plan")));
    }

    [Fact]
    public async Task After_a_crash_the_same_file_is_applied_again_and_changes_nothing()
    {
        await using var actions = Actions();
        var action = Action(Value, "a/one.tf", outputs: """[{"name": "made"}]""");
        await actions.RunAsync(action);
        var before = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(_folder.FullName, "a", "terraform.tfstate"), Cancellation))!;
        actions.Journal.Receipt = null;
        actions.Journal.Intent = new ActionIntent.Unsure();

        await actions.RunAsync(action);

        var after = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(_folder.FullName, "a", "terraform.tfstate"), Cancellation))!;
        Assert.Contains("verdict Repeatable", actions.Journal.Notes);
        Assert.Equal(Ids(before), Ids(after));
    }

    [Fact]
    public async Task A_sensitive_output_is_a_secret_and_a_secret_variable_is_in_no_file()
    {
        var kept = new KeptSecrets();
        await using var actions = Actions(kept, ("Pao:Secrets:password", "hunter2hunter2"));
        var action = Action(
            "variable \"password\" {\n sensitive = true\n}\noutput \"shown\" {\n value = \"x-${var.password}\"\n sensitive = true\n}",
            "one.tf", """{"password": {"$secret": "password"}}""", """[{"name": "shown"}]""");

        var result = await actions.RunAsync(action);

        Assert.Equal("""{"shown":{"$secret":"fields/output/create/shown"}}""", result.Outputs.ToJsonString());
        Assert.Equal(("output/create/shown", "x-hunter2hunter2"), Assert.Single(kept.Of(action.RequestId)));
        Assert.DoesNotContain("hunter2", await File.ReadAllTextAsync(Path.Combine(_folder.FullName, "one.tf"), Cancellation));
    }

    [Theory]
    [InlineData("output \"a\" {\n value = nothing.here\n}", "validate")]
    [InlineData("output \"a\" {\n value = 1 +\n}", "fmt")]
    [InlineData("module \"a\" {\n source = \"./nothing\"\n}", "init")]
    [InlineData("resource \"terraform_data\" \"a\" {\n input = [1][5]\n}", "")]
    public async Task What_Terraform_refuses_is_not_applied_and_the_file_is_gone_again(string content, string command)
    {
        await using var actions = Actions();

        var failure = await Assert.ThrowsAsync<ActionFailedException>(() => actions.RunAsync(Action(content, "one.tf")));

        Assert.Equal(("action.rejected", false, ActionEffect.None), (failure.Code, failure.Retryable, failure.Effect));
        Assert.StartsWith($"terraform {command}", failure.Message);
        Assert.Contains("refused it; nothing was applied", failure.Message);
        Assert.False(File.Exists(Path.Combine(_folder.FullName, "one.tf")));
    }

    [Fact]
    public async Task A_file_of_somebody_else_is_never_replaced()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder.FullName, "one.tf"), "# the team's\n", Cancellation);
        await using var actions = Actions();

        var failure = await Assert.ThrowsAsync<ActionFailedException>(() => actions.RunAsync(Action(Value, "one.tf")));

        Assert.Contains("PAO has not made it", failure.Message);
        Assert.Equal("# the team's\n", await File.ReadAllTextAsync(Path.Combine(_folder.FullName, "one.tf"), Cancellation));
    }

    [Fact]
    public async Task The_program_sees_nothing_of_the_services_environment()
    {
        var seen = Path.Combine(_folder.FullName, "seen");
        var program = Script($"env > {seen}\nexit 1");
        Environment.SetEnvironmentVariable("PAO_TEST_SECRET", "hunter2hunter2");
        Environment.SetEnvironmentVariable("PAO_TEST_ALLOWED", "yes");
        await using var actions = Actions(null, ("Local:Program", program), ("Local:Environment:0", "PAO_TEST_ALLOWED"));

        await Assert.ThrowsAsync<ActionFailedException>(() => actions.RunAsync(Action(Value, "one.tf")));

        var environment = await File.ReadAllTextAsync(seen, Cancellation);
        Assert.DoesNotContain("hunter2", environment);
        Assert.Contains("PAO_TEST_ALLOWED=yes", environment);
        Assert.Contains("TF_IN_AUTOMATION=1", environment);
    }

    [Fact]
    public async Task A_program_that_does_not_end_in_time_is_ended_with_what_it_started()
    {
        var child = Path.Combine(_folder.FullName, "child");
        var program = Script($"sleep 600 &\necho $! > {child}\nwait");
        await using var actions = Actions(null, ("Local:Program", program), ("Local:Timeout", "00:00:05"));

        var failure = await Assert.ThrowsAsync<ActionFailedException>(() => actions.RunAsync(Action(Value, "one.tf")));

        Assert.Equal(("action.timeout", true, ActionEffect.Unknown), (failure.Code, failure.Retryable, failure.Effect));
        var id = int.Parse(await File.ReadAllTextAsync(child, Cancellation), System.Globalization.CultureInfo.InvariantCulture);
        await Eventually.TrueAsync(() => !IsAlive(id), $"process {id}, a child of the program, is gone");
    }

    [Fact]
    public async Task Two_actions_in_one_folder_take_turns()
    {
        var log = Path.Combine(_folder.FullName, "log");
        var program = Script($"echo \"begin $1\" >> {log}\nsleep 0.05\necho \"end $1\" >> {log}\n[ \"$1\" = output ] && echo '{{}}'\nexit 0");
        await using var actions = Actions(null, ("Local:Program", program));
        await using var others = Actions(null, ("Local:Program", program));

        await Task.WhenAll(actions.RunAsync(Action(Value, "one.tf")), others.RunAsync(Action(Value, "two.tf")));

        var lines = await File.ReadAllLinesAsync(log, Cancellation);
        Assert.Equal(20, lines.Length);
        string[] turn = ["fmt", "init", "validate", "plan", "apply"];
        Assert.Equal([.. turn, .. turn], lines.Where(line => line.StartsWith("begin", StringComparison.Ordinal)).Select(line => line[6..]));
    }

    [Fact]
    public async Task A_program_that_is_not_there_is_known_when_the_plan_is_made()
    {
        await using var actions = Actions(null, ("Local:Program", "terraform-that-is-not-there"));

        var needs = actions.Executor("terraform").Needs(new JsonObject { ["repositoryMapping"] = "here" });

        Assert.Equal(
            "The program 'terraform-that-is-not-there' is not installed here. An operator installs Terraform, or sets Pao:Terraform:Mappings:here:Local:Program.", needs.Missing);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static IEnumerable<string?> Ids(JsonNode state) =>
        state["resources"]!.AsArray().Select(resource => (string?)resource!["instances"]![0]!["attributes"]!["id"]);

    private static bool IsAlive(int id)
    {
        try
        {
            using var process = Process.GetProcessById(id);
            return !process.HasExited;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private Actions Actions(KeptSecrets? kept = null, params (string Key, string Value)[] settings)
    {
        if (settings.All(setting => setting.Key is not "Local:Program") && TerraformProgram.Find("terraform") is null)
            Assert.Skip("The program terraform is not installed here.");

        const string mapping = "Pao:Terraform:Mappings:here";
        return new Actions(kept, clock: null, [
            ($"{mapping}:Local:Folder", _folder.FullName), ($"{mapping}:Content:Blocks:0", "resource"), ($"{mapping}:Content:Blocks:1", "output"),
            ($"{mapping}:Content:Blocks:2", "variable"), ($"{mapping}:Content:Blocks:3", "module"), ($"{mapping}:Content:ModuleSources:0", "./nothing"),
            ($"{mapping}:Content:Resources:0", "terraform_data"),
            .. settings.Select(setting => (setting.Key.StartsWith("Pao:", StringComparison.Ordinal) ? setting.Key : $"{mapping}:{setting.Key}", setting.Value)),
        ]);
    }

    private static ActionExecution Action(string content, string file, string? variables = null, string? outputs = null)
    {
        var config = new JsonObject { ["repositoryMapping"] = "here", ["filename"] = file, ["contentTemplate"] = content };
        if (variables is not null)
            config["variables"] = JsonNode.Parse(variables);
        return Tests.Actions.Action("terraform", config.ToJsonString(), outputs) with { RequestId = Guid.NewGuid() };
    }

    private string Script(string body)
    {
        var path = Path.Combine(_folder.FullName, "program.sh");
        File.WriteAllText(path, $"#!/bin/sh\n{body}\n");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return path;
    }
}
