using System.Text.Json.Nodes;

namespace Pao.Activities.Tests.Terraform;

/// <summary>From a document's file to what Terraform has made of it.</summary>
public sealed class AppliedFileTests(SandboxProcess sandbox) : IClassFixture<SandboxProcess>
{
    private const string Endpoint = """[{"name": "endpoint"}]""";

    [Fact]
    public async Task A_file_is_committed_once_and_applied_and_its_outputs_are_read()
    {
        await using var desk = await TerraformDesk.OpenAsync(sandbox);
        var action = TerraformDesk.Action(rest: "\"variables\": {\"environment\": \"dev\", \"zones\": [1, 2]}", outputs: Endpoint);

        var result = await desk.RunAsync(action);

        var files = await desk.FilesAsync();
        Assert.Equal(["sessions.auto.tfvars.json", "sessions.tf"], files.Keys.Order());
        Assert.Equal("""{"environment":"dev","zones":[1,2]}""", JsonNode.Parse(files["sessions.auto.tfvars.json"])!.ToJsonString());
        Assert.StartsWith($"# Made by PAO for request {action.RequestId}.", files["sessions.tf"]);
        Assert.EndsWith("}\n", files["sessions.tf"]);
        Assert.Equal($"sessions.tf for request {action.RequestId}\n\nPao-Key: {action.IdempotencyKey}", Assert.Single(await desk.CommitsAsync()));
        var run = Assert.Single(await desk.RunsAsync());
        Assert.Equal("applied", (string?)run["attributes"]!["status"]);
        Assert.Equal("""{"endpoint":"sessions.cache.example"}""", result.Outputs.ToJsonString());
        Assert.Equal($"{desk.CloudUrl}/app/acme/workspaces/infrastructure/runs/{run["id"]}", result.ExternalReference);
        Assert.Equal(["main.tf", "sessions.auto.tfvars.json", "sessions.tf", "stacks/main.tf"], Names((await desk.CloudAsync())["files"]));
    }

    [Fact]
    public async Task Without_a_workspace_the_commit_is_all()
    {
        await using var desk = await TerraformDesk.OpenAsync(sandbox, hasCloud: false, ("Folder", "stacks"));

        var result = await desk.RunAsync(TerraformDesk.Action());

        Assert.Equal(["stacks/sessions.tf"], (await desk.FilesAsync()).Keys);
        Assert.Equal("{}", result.Outputs.ToJsonString());
        Assert.Matches($"^{sandbox.Url}/github/{desk.Repository}/commit/[0-9a-f]{{40}}$", result.ExternalReference);
    }

    private static IEnumerable<string> Names(JsonNode? files) => files!.AsObject().Select(file => file.Key).Where(name => !name.StartsWith('.')).Order(StringComparer.Ordinal);
}
