using Pao.Activities.Tests;

namespace Pao.Catalog.Tests.Sources;

/// <summary>Catalogs in git repositories, on every host alike, over real HTTP.</summary>
public sealed class GitSourceTests(SandboxProcess sandbox) : IClassFixture<SandboxProcess>
{
    public static TheoryData<string> Hosts => [Origin.GitHub, Origin.GitLab];

    [Theory]
    [MemberData(nameof(Hosts))]
    public async Task A_push_that_breaks_one_of_ten_documents_changes_nine(string host)
    {
        using var origin = await Origin.CreateAsync(sandbox, host);
        var names = Enumerable.Range(0, 10).Select(number => $"starter-n{number}-standard").ToList();
        var good = await origin.PushAsync("alice", [.. names.Select(name => ($"starter/{name}.yaml", (string?)OriginCatalog.Item(name)))]);
        using var catalog = origin.Catalog();
        var first = await catalog.LoadAsync();
        Assert.Equal(good, first.Revision);
        Assert.Equal(10, first.Items.Count);

        var bad = await origin.PushAsync("alice", [.. names.Select(name => ($"starter/{name}.yaml", (string?)OriginCatalog.Item(name, name == names[3] ? "two" : "2.0.0")))]);
        var second = await catalog.LoadAsync();

        Assert.Equal(bad, second.Revision);
        Assert.All(names, name => Assert.Equal(
            name == names[3] ? ("1.0.0", true) : ("2.0.0", false), (second.Items[name].Version, second.Items[name].IsStale)));
        var finding = Assert.Single(second.Findings);
        Assert.Equal(("version.semver", "starter/starter-n3-standard.yaml", 6, 12), (finding.Rule, finding.File, finding.Line, finding.Column));
        var statuses = await origin.StatusesAsync();
        Assert.Equal([(good, "success"), (bad, origin.Failure)], statuses.Select(status => ((string?)status["sha"], (string?)status["state"])));
        Assert.All(statuses, status => Assert.Equal("pao/catalog", (string?)status["context"]));
        Assert.Equal("10 items, 0 bundles.", (string?)statuses[0]["description"]);
        Assert.StartsWith(
            "1 error (10 items, 0 bundles in force). starter/starter-n3-standard.yaml:6:12: ", (string?)statuses[1]["description"], StringComparison.Ordinal);
        Assert.InRange(((string?)statuses[1]["description"])!.Length, 1, 140);
    }

    [Theory]
    [MemberData(nameof(Hosts))]
    public async Task Only_what_has_changed_is_fetched_and_nothing_when_nothing_has(string host)
    {
        using var origin = await Origin.CreateAsync(sandbox, host);
        await origin.PushAsync("alice", ("starter/a.yaml", OriginCatalog.Item("starter-a-standard")), ("starter/b.yaml", OriginCatalog.Item("starter-b-standard")), ("readme.md", "no document"));
        using var catalog = origin.Catalog();
        await catalog.LoadAsync();
        var first = await origin.CallsAsync();
        Assert.Equal(2, first.Count(call => call.Path.Contains("/blobs/", StringComparison.Ordinal)));

        await catalog.LoadAsync();
        var second = (await origin.CallsAsync()).Skip(first.Count).ToList();
        Assert.Equal(304, Assert.Single(second).Status);

        await origin.PushAsync("alice", ("starter/b.yaml", OriginCatalog.Item("starter-b-standard", "1.1.0")));
        var changed = await catalog.LoadAsync();
        var third = (await origin.CallsAsync()).Skip(first.Count + 1).ToList();
        Assert.Equal("1.1.0", changed.Items["starter-b-standard"].Version);
        Assert.Single(third, call => call.Path.Contains("/blobs/", StringComparison.Ordinal) && call.Status == 200);
    }

    [Theory]
    [MemberData(nameof(Hosts))]
    public async Task A_status_is_written_once_per_revision_by_however_many_processes(string host)
    {
        using var origin = await Origin.CreateAsync(sandbox, host);
        await origin.PushAsync("alice", ("starter/a.yaml", OriginCatalog.Item("starter-a-standard")));
        using var one = origin.Catalog();
        await one.LoadAsync();
        await one.LoadAsync();
        using var other = origin.Catalog();
        await other.LoadAsync();

        Assert.Single(await origin.StatusesAsync());
    }

    [Theory]
    [MemberData(nameof(Hosts))]
    public async Task A_token_that_may_not_write_is_a_warning_and_the_load_goes_on(string host)
    {
        using var origin = await Origin.CreateAsync(sandbox, host, $"readonly-{Guid.NewGuid():n}");
        await origin.PushAsync("alice", ("starter/a.yaml", OriginCatalog.Item("starter-a-standard")));
        using var catalog = origin.Catalog();

        var snapshot = await catalog.LoadAsync();

        Assert.Single(snapshot.Items);
        var finding = Assert.Single(snapshot.Findings);
        Assert.Equal((Severity.Warning, "source.status"), (finding.Severity, finding.Rule));
        Assert.DoesNotContain(origin.Token, finding.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Hosts))]
    public async Task Links_submodules_and_what_is_outside_the_folder_are_not_followed(string host)
    {
        using var origin = await Origin.CreateAsync(sandbox, host);
        await origin.PushAsync(new
        {
            login = "alice",
            files = new Dictionary<string, string>
            {
                ["services/starter/a.yaml"] = OriginCatalog.Item("starter-a-standard"),
                ["services/schema/item.yaml"] = "no: document",
                ["services/.hidden/item.yaml"] = "no: document",
                ["services-other/b.yaml"] = OriginCatalog.Item("starter-b-standard"),
                ["c.yaml"] = OriginCatalog.Item("starter-c-standard"),
            },
            links = new Dictionary<string, string>
            {
                ["services/starter/link.yaml"] = "../../c.yaml",
                ["services/linked"] = "/etc",
                ["services/README.md"] = "../README.md",
                ["outside.yaml"] = "c.yaml",
            },
            submodules = new Dictionary<string, string> { ["services/sub"] = "0123456789012345678901234567890123456789" },
        });
        using var catalog = origin.Catalog(("Folder", "services"));

        var snapshot = await catalog.LoadAsync();

        Assert.Equal(["starter-a-standard"], snapshot.Items.Keys);
        Assert.Equal("starter/a.yaml", snapshot.Items["starter-a-standard"].File);
        Assert.Equal(
            [("source.link", "linked"), ("source.link", "starter/link.yaml"), ("source.submodule", "sub")],
            snapshot.Findings.Select(finding => (finding.Rule, finding.File!)).Order());
    }

    [Theory]
    [MemberData(nameof(Hosts))]
    public async Task A_repository_or_branch_that_is_not_there_is_a_finding_that_says_so(string host)
    {
        using var origin = await Origin.CreateAsync(sandbox, host);
        await origin.PushAsync("alice", ("starter/a.yaml", OriginCatalog.Item("starter-a-standard")));
        using var catalog = origin.Catalog(("Branch", "feature/none"));

        var finding = Assert.Single((await catalog.LoadAsync()).Findings);

        Assert.Equal("source.unavailable", finding.Rule);
        Assert.Contains(origin.Name, finding.Message, StringComparison.Ordinal);
        Assert.Contains("feature/none", finding.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Hosts))]
    public async Task A_file_that_is_too_large_is_refused_without_holding_up_the_rest(string host)
    {
        using var origin = await Origin.CreateAsync(sandbox, host);
        await origin.PushAsync("alice", ("starter/a.yaml", OriginCatalog.Item("starter-a-standard")), ("starter/large.yaml", new string('x', 3 * 1024 * 1024)));
        using var catalog = origin.Catalog();

        var snapshot = await catalog.LoadAsync();

        Assert.Single(snapshot.Items);
        Assert.Equal(("yaml.size", "starter/large.yaml"), (snapshot.Findings[0].Rule, snapshot.Findings[0].File));
    }
}
