using System.Text.Json.Nodes;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Pao.Activities.Tests.Terraform;

/// <summary>Each error that the two APIs document, and what is wrong before anything is called: told with what to do, and nothing half done.</summary>
public sealed class RefusedFileTests(SandboxProcess sandbox) : IClassFixture<SandboxProcess>
{
    [Theory]
    [InlineData("github PATCH git/refs/heads/main", 401, "action.rejected", false, ActionEffect.None, "see Pao:GitHub:Owners:acme")]
    [InlineData("github PATCH git/refs/heads/main", 403, "action.rejected", false, ActionEffect.None, "may not do this")]
    [InlineData("github PATCH git/refs/heads/main", 404, "action.rejected", false, ActionEffect.None, "there is no such thing")]
    [InlineData("github PATCH git/refs/heads/main", 409, "action.rejected", false, ActionEffect.None, "answered 409")]
    [InlineData("github PATCH git/refs/heads/main", 422, "action.rejected", false, ActionEffect.None, "Delivery may be PullRequest")]
    [InlineData("github PATCH git/refs/heads/main", 500, "action.unavailable", true, ActionEffect.Unknown, "answered 500")]
    [InlineData("github PATCH git/refs/heads/main", 503, "action.unavailable", true, ActionEffect.Unknown, "answered 503")]
    [InlineData("github POST git/trees", 422, "action.rejected", false, ActionEffect.None, "answered 422")]
    [InlineData("github POST git/trees", 500, "action.unavailable", true, ActionEffect.None, "answered 500")]
    [InlineData("github GET branches/main", 404, "action.rejected", false, ActionEffect.None, "has no branch 'main'")]
    [InlineData("github GET branches/main", 301, "action.rejected", false, ActionEffect.None, "redirects are not followed")]
    [InlineData("cloud GET organizations/acme/workspaces/infrastructure", 401, "action.rejected", false, ActionEffect.None, "see Pao:Terraform:Mappings:infra:TerraformCloud:Token")]
    [InlineData("cloud GET organizations/acme/workspaces/infrastructure", 403, "action.rejected", false, ActionEffect.None, "may not do this")]
    [InlineData("cloud GET organizations/acme/workspaces/infrastructure", 404, "action.rejected", false, ActionEffect.None, "there is no such thing")]
    [InlineData("cloud GET organizations/acme/workspaces/infrastructure", 500, "action.unavailable", true, ActionEffect.None, "answered 500")]
    [InlineData("cloud GET organizations/acme/workspaces/infrastructure", 302, "action.unexpected_response", false, ActionEffect.None, "set Pao:Terraform:Mappings:infra:TerraformCloud:Address")]
    public async Task A_no_before_the_commit_is_told_with_its_reason(string operation, int status, string code, bool retryable, ActionEffect effect, string says)
    {
        await using var desk = await TerraformDesk.OpenAsync(sandbox);
        await desk.FaultAsync(operation, "status", ("status", status));

        var failure = await desk.FailAsync(TerraformDesk.Action());

        Assert.Equal((code, retryable, effect), (failure.Code, failure.Retryable, failure.Effect));
        Assert.Contains(says, failure.Message);
        Assert.Empty(await desk.CommitsAsync());
        Assert.DoesNotContain("sandbox-terraform-token", failure.ToString());
    }

    [Theory]
    [InlineData("cloud POST workspaces/.*/configuration-versions", 403, false)]
    [InlineData("cloud POST workspaces/.*/configuration-versions", 404, false)]
    [InlineData("cloud POST workspaces/.*/configuration-versions", 422, false)]
    [InlineData("cloud PUT archivist/.*", 400, false)]
    [InlineData("cloud PUT archivist/.*", 500, true)]
    [InlineData("cloud POST runs", 403, false)]
    [InlineData("cloud POST runs", 409, true)]
    [InlineData("cloud POST runs", 422, false)]
    [InlineData("cloud POST runs", 429, true)]
    [InlineData("cloud POST runs", 500, true)]
    [InlineData("cloud GET workspaces/.*/runs", 401, true)]
    [InlineData("cloud GET workspaces/.*/runs", 404, true)]
    [InlineData("cloud GET workspaces/.*/runs", 429, true)]
    public async Task A_no_after_the_commit_leaves_it_noted_and_a_retry_goes_on(string operation, int status, bool retryable)
    {
        await using var desk = await TerraformDesk.OpenAsync(sandbox);
        var action = TerraformDesk.Action();
        var waiting = (await desk.StartAsync(action)).Waiting!;
        await desk.FaultAsync(operation, "status", ("status", status), ("retry_after", "60"));

        var failure = await Assert.ThrowsAsync<ActionFailedException>(() => desk.Executor.FollowAsync(action, waiting.Handle, TestContext.Current.CancellationToken));

        Assert.Equal((retryable, ActionEffect.Unknown), (failure.Retryable, failure.Effect));
        Assert.Contains($"answered {status}", failure.Message);
        await desk.FollowToEndAsync(action, waiting);
        Assert.Single(await desk.CommitsAsync());
        Assert.Single(await desk.RunsAsync());
    }

    [Theory]
    [InlineData("""{"retry_after": "1"}""")]
    [InlineData("{}")]
    public async Task A_short_pause_that_Terraform_Cloud_asks_for_costs_no_attempt(string pause)
    {
        await using var desk = await TerraformDesk.OpenAsync(sandbox);
        await desk.FaultAsync("cloud GET organizations/acme/workspaces/infrastructure", "status",
            [("status", 429), .. JsonNode.Parse(pause)!.AsObject().Select(one => (one.Key, one.Value!.DeepClone()))]);

        await desk.AttemptAsync(TerraformDesk.Action());

        Assert.Equal(["intent Fresh", "waits"], desk.Journal.Notes);
    }

    [Fact]
    public async Task A_rate_limit_of_GitHub_is_left_to_the_next_attempt_and_told()
    {
        await using var desk = await TerraformDesk.OpenAsync(sandbox);
        await desk.FaultAsync("github POST git/trees", "status", ("status", 429), ("retry_after", "120"));

        var failure = await desk.FailAsync(TerraformDesk.Action());

        Assert.Equal((true, ActionEffect.None), (failure.Retryable, failure.Effect));
        Assert.Contains("to be left alone for 120 s", failure.Message);
    }

    [Theory]
    [InlineData("Pao:Secrets:terraform", "wrong", "answered 401")]
    [InlineData("Pao:Secrets:github", "readonly-token", "answered 403")]
    [InlineData("Branch", "release/1", "has no branch 'release/1', or the token of Pao:GitHub:Owners:acme may not see it (see Pao:Terraform:Mappings:infra:Branch).")]
    [InlineData("TerraformCloud:Workspace", "missing", "answered 404")]
    [InlineData("TerraformCloud:Workspace", "{folder}-cache", "the workspaces of Pao:Terraform:Mappings:infra are named by the folder of a file: put it into one of letters, digits, '_' and single '-'.")]
    [InlineData("TerraformCloud:Source", "Vcs", "is connected with no repository, so that no run follows a commit.")]
    public async Task What_an_operator_has_to_mend_is_found_before_there_is_a_commit(string key, string value, string says)
    {
        await using var desk = await TerraformDesk.OpenAsync(sandbox, settings: (key, value));

        var failure = await desk.FailAsync(TerraformDesk.Action());

        Assert.Equal((false, ActionEffect.None), (failure.Retryable, failure.Effect));
        Assert.Contains(says, failure.Message);
        Assert.Empty(await desk.CommitsAsync());
    }

    [Theory]
    [InlineData("resource \"a\" \"b\" {}", "sessions.tf", null, null, "Blocks of the type 'resource' are not allowed")]
    [InlineData("output \"a\" {", "sessions.tf", null, null, "is no Terraform file: sessions.tf:1: The '{' is not closed.")]
    [InlineData(null, "../sessions.tf", null, null, "'filename' is '../sessions.tf'")]
    [InlineData(null, ".github/sessions.tf", null, null, "'filename' is '.github/sessions.tf'")]
    [InlineData(null, "backend.tf", null, null, "is kept for those who own the repository")]
    [InlineData(null, "sessions.tf", "\"waitForApply\": \"no\"", null, "'waitForApply' must be true or false.")]
    [InlineData(null, "sessions.tf", "\"waitForApply\": false", """[{"name": "a"}]""", "'outputs' are there when Terraform has applied the file")]
    [InlineData(null, "sessions.tf", null, """{"a": "b"}""", "'outputs' must be a list of { name: … }.")]
    [InlineData(null, "sessions.tf", "\"variables\": {\"a\": {\"b\": {\"$secret\": \"x\"}}}", null, "a secret is the whole value of a variable")]
    [InlineData(null, "sessions.tf", "\"repositoryMapping\": \"other\"", null, "The repository mapping 'other' is not configured; there are: infra.")]
    public async Task What_is_wrong_with_the_document_is_found_before_anything_is_called(string? content, string file, string? rest, string? outputs, string says)
    {
        await using var desk = await TerraformDesk.OpenAsync(sandbox);
        var action = TerraformDesk.Action(content, file, outputs: outputs);
        foreach (var (name, value) in JsonNode.Parse($"{{{rest}}}")!.AsObject())
            action.Config[name] = value?.DeepClone();

        var failure = await desk.FailAsync(action);

        Assert.Equal(("action.invalid", false, ActionEffect.None), (failure.Code, failure.Retryable, failure.Effect));
        Assert.Contains(says, failure.Message);
        Assert.Empty(await desk.TrafficAsync("github"));
        Assert.Empty(await desk.TrafficAsync("cloud"));
    }

    [Theory]
    [InlineData("main.tf", "PAO has not made it")]
    [InlineData("sessions.tf", "another request made it")]
    public async Task A_file_of_somebody_else_is_never_replaced(string file, string says)
    {
        await using var desk = await TerraformDesk.OpenAsync(sandbox, hasCloud: false);
        await desk.RunAsync(TerraformDesk.Action());
        desk.Journal.ForgetReceipt();

        var failure = await desk.FailAsync(TerraformDesk.Action(file: file));

        Assert.Equal((false, ActionEffect.None), (failure.Retryable, failure.Effect));
        Assert.Contains($"is there already, and {says}. Choose another name.", failure.Message);
        Assert.Single(await desk.CommitsAsync());
    }

    [Fact]
    public async Task An_operator_may_let_requests_replace_each_others_files_but_not_the_teams()
    {
        await using var desk = await TerraformDesk.OpenAsync(sandbox, hasCloud: false, ("ReplaceFiles", "true"));
        await desk.RunAsync(TerraformDesk.Action());
        desk.Journal.ForgetReceipt();

        await desk.RunAsync(TerraformDesk.Action(TerraformDesk.Module("other")));
        desk.Journal.ForgetReceipt();

        Assert.Contains("other.cache.example", (await desk.FilesAsync())["sessions.tf"]);
        Assert.Contains("PAO has not made it", (await desk.FailAsync(TerraformDesk.Action(file: "main.tf"))).Message);
    }

    [Fact]
    public async Task A_branch_that_is_protected_is_told_with_what_to_do()
    {
        await using var desk = await TerraformDesk.OpenAsync(sandbox, hasCloud: false);
        await desk.RepositoryAsync("protections?branch=main");

        var failure = await desk.FailAsync(TerraformDesk.Action());

        Assert.Contains("Changes must be made through a pull request.", failure.Message);
        Assert.Contains("Pao:Terraform:Mappings:infra:Delivery may be PullRequest", failure.Message);
        Assert.Equal((false, ActionEffect.None), (failure.Retryable, failure.Effect));
    }

    [Theory]
    [InlineData("stacks", "", "stacks/a", "The workspace infrastructure runs in the folder 'stacks' of the repository, and sessions.tf belongs into 'stacks/a'")]
    [InlineData("", "stacks", "stacks/a", "runs in the folder 'stacks' of the repository, and sessions.tf belongs into 'stacks/stacks/a'")]
    [InlineData("stacks/a", "stacks", "", "runs in the folder 'stacks/a' of the repository, and sessions.tf belongs into 'stacks'")]
    public async Task A_file_that_the_workspace_would_not_read_is_not_committed(string works, string folder, string below, string says)
    {
        await using var desk = await TerraformDesk.OpenAsync(sandbox, settings: ("Folder", folder));
        await desk.SetCloudAsync(new JsonObject { ["working_directory"] = works });

        var failure = await desk.FailAsync(TerraformDesk.Action(file: below.Length > 0 ? $"{below}/sessions.tf" : "sessions.tf"));

        Assert.Contains(says, failure.Message);
        Assert.Empty(await desk.CommitsAsync());
    }

    [Fact]
    public async Task A_secret_is_never_committed()
    {
        await using var desk = await TerraformDesk.OpenAsync(sandbox, hasCloud: false, ("Pao:Secrets:password", "hunter2hunter2"));

        var failure = await desk.FailAsync(TerraformDesk.Action(rest: "\"variables\": {\"password\": {\"$secret\": \"password\"} }"));

        Assert.Contains("'variables' has a secret (password), which is never committed", failure.Message);
    }

    [Theory]
    [InlineData("Repository", "acme", "Repository is 'acme'; it must be owner/name")]
    [InlineData("Repository", null, "must have either a Repository, such as acme/infrastructure, or a Local folder.")]
    [InlineData("Local:Folder", "/srv", "must have either a Repository")]
    [InlineData("Branch", "../x", "Branch is '../x'")]
    [InlineData("Folder", "a/../b", "Folder is 'a/../b'")]
    [InlineData("Folder", ".github", "Folder is '.github'")]
    [InlineData("Content:Blocks:0", "provisioner", "Content:Blocks has 'provisioner'")]
    [InlineData("Content:ModuleSources:0", "a b", "Content:ModuleSources has 'a b'")]
    [InlineData("Content:Resources:0", "*", "Content:Resources has '*'")]
    [InlineData("TerraformCloud:Address", "ftp://x", "TerraformCloud:Address is 'ftp://x/'")]
    [InlineData("TerraformCloud:Organization", "a/b", "TerraformCloud:Organization is 'a/b'")]
    [InlineData("TerraformCloud:Organization", "", "TerraformCloud:Organization")]
    [InlineData("TerraformCloud:Workspace", "a b", "TerraformCloud:Workspace is 'a b'")]
    [InlineData("TerraformCloud:Project", "a b", "TerraformCloud:Project is 'a b'")]
    [InlineData("TerraformCloud:Token", "the token itself", "TerraformCloud:Token is no name of a secret")]
    [InlineData("TerraformCloud:WebhookSecret", "vault.a#b", "TerraformCloud:WebhookSecret is 'vault.a#b'")]
    public void A_wrong_setting_stops_the_start_and_is_named(string key, string? value, string says)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            [$"{TerraformDesk.Mapping}:Repository"] = "acme/infrastructure",
            [$"{TerraformDesk.Mapping}:TerraformCloud:Organization"] = "acme",
            [$"{TerraformDesk.Mapping}:TerraformCloud:Workspace"] = "infrastructure",
            [$"{TerraformDesk.Mapping}:TerraformCloud:Token"] = "terraform",
            [$"{TerraformDesk.Mapping}:{key}"] = value,
        }).Build();
        using var services = new ServiceCollection().AddSingleton<IConfiguration>(configuration).AddLogging().AddActivities().BuildServiceProvider();

        var failure = Assert.Throws<OptionsValidationException>(() => services.GetRequiredService<IStartupValidator>().Validate());

        Assert.Contains(says, failure.Message);
    }

    [Theory]
    [InlineData("infra", null, null, "github:acme", null)]
    [InlineData("{{ fields.x }}", null, null, null, null)]
    [InlineData("other", null, null, null, "The repository mapping 'other' is not configured; there are: infra. An operator adds it below Pao:Terraform:Mappings.")]
    [InlineData("infra", "Pao:Secrets:terraform", "", "github:acme", "The secret 'terraform', which Pao:Terraform:Mappings:infra:TerraformCloud:Token names, is not known here. An operator sets it as Pao:Secrets:terraform.")]
    [InlineData("infra", "Pao:Secrets:github", "", "github:acme", "The secret 'github', which Pao:GitHub:Owners:acme:Token names, is not known here. An operator sets it as Pao:Secrets:github.")]
    [InlineData("infra", "Repository", "nobody/x", "github:nobody", "Nothing is configured for the repositories of 'nobody' on GitHub. An operator adds Pao:GitHub:Owners:nobody, or one for default.")]
    public async Task What_is_not_configured_is_known_when_the_plan_is_made(string mapping, string? key, string? value, string? system, string? missing)
    {
        await using var desk = await TerraformDesk.OpenAsync(sandbox, settings: key is null ? [] : [(key, value)]);

        Assert.Equal(new ActionNeeds(system, missing), desk.Executor.Needs(new JsonObject { ["repositoryMapping"] = mapping }));
    }
}
