using Pao.Activities.Tests;

namespace Pao.Catalog.Tests.Sources.Ownership;

/// <summary>What owners can be, and how strictly they are taken.</summary>
public sealed class OwnersTests(SandboxProcess sandbox) : IClassFixture<SandboxProcess>
{
    public static TheoryData<string> Hosts => GitSourceTests.Hosts;

    [Theory]
    [MemberData(nameof(Hosts))]
    public async Task A_team_that_can_not_be_looked_into_has_nobody_in_it_and_the_finding_says_so(string host)
    {
        using var owned = await Owned.CreateAsync(sandbox, host, "/databases/ @acme/hidden\n/CODEOWNERS @root\n");
        await owned.ChangeAsync("dora", Owned.Database, "6.6.6");
        Assert.Contains(
            "who is in @acme/hidden could not be found out", owned.IsRefused(Owned.Database, "1.0.0").Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Hosts))]
    public async Task An_owner_can_be_an_e_mail_address(string host)
    {
        using var owned = await Owned.CreateAsync(sandbox, host, "/databases/ Carol@nowhere.example\n/CODEOWNERS @root\n");
        await owned.Origin.PushAsync(new { email = "carol@nowhere.example", files = new Dictionary<string, string> { [Owned.Database] = Owned.ItemOf(Owned.Database, "1.1.0") } });
        await owned.LoadAsync();
        owned.IsInForce(Owned.Database, "1.1.0");

        await owned.Origin.PushAsync(new { email = "carol@elsewhere.example", files = new Dictionary<string, string> { [Owned.Database] = Owned.ItemOf(Owned.Database, "6.6.6") } });
        await owned.LoadAsync();
        Assert.Contains("by carol@elsewhere.example", owned.IsRefused(Owned.Database, "1.1.0").Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Hosts))]
    public async Task A_change_that_is_only_reported_is_in_force_and_stays_so_when_it_would_be_refused(string host)
    {
        using var owned = await Owned.CreateAsync(sandbox, host, Owned.Rules, ("Pao:Catalog:Ownership", "report"));
        await owned.ChangeAsync("bob", Owned.Database, "2.0.0");
        owned.IsInForce(Owned.Database, "2.0.0");
        var finding = Assert.Single(owned.Snapshot.Findings);
        Assert.Equal((Severity.Warning, "codeowners.reported", Owned.Database), (finding.Severity, finding.Rule, finding.File));
        Assert.Equal("success", (string?)(await owned.Origin.StatusesAsync())[^1]["state"]);

        await owned.ChangeAsync("bob", Owned.Topic, "2.0.0");
        Assert.Equal(finding, Assert.Single(owned.Snapshot.Findings));
        var reported = await owned.Source.ListAsync(null, TestContext.Current.CancellationToken);

        using var enforcing = owned.Origin.Catalog();
        var source = (Pao.Catalog.Sources.ICatalogSource)enforcing.Services.GetService(typeof(Pao.Catalog.Sources.ICatalogSource))!;
        var tree = await source.ListAsync(reported.Memory, TestContext.Current.CancellationToken);
        Assert.DoesNotContain(tree.Files, file => file.IsWithheld);
        Assert.Empty(tree.Findings);
    }

    [Theory]
    [MemberData(nameof(Hosts))]
    public async Task Where_ownership_is_off_nothing_is_asked_about_owners(string host)
    {
        using var owned = await Owned.CreateAsync(sandbox, host, Owned.Rules, ("Pao:Catalog:Ownership", "off"));
        await owned.ChangeAsync("bob", Owned.Database, "2.0.0");
        owned.IsInForce(Owned.Database, "2.0.0");
        Assert.DoesNotContain(await owned.Origin.CallsAsync(), call => call.Path.Contains("compare", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Hosts))]
    public async Task Paths_of_codeowners_begin_at_the_repositorys_root_also_where_the_catalog_is_a_folder_of_it(string host)
    {
        using var origin = await Origin.CreateAsync(sandbox, host);
        await origin.PushAsync("root", ("CODEOWNERS", "/services/databases/ @alice\n/CODEOWNERS @root\n"), ("services/databases/pg.yaml", Owned.ItemOf(Owned.Database)));
        using var catalog = origin.Catalog(("Folder", "/services/"));
        await catalog.LoadAsync();

        await origin.PushAsync("mallory", ("services/databases/pg.yaml", Owned.ItemOf(Owned.Database, "6.6.6")), ("CODEOWNERS", "* @mallory\n"));
        var refused = await catalog.LoadAsync();

        Assert.Equal("1.0.0", refused.Items[Owned.IdOf(Owned.Database)].Version);
        Assert.Equal(
            [(null, "CODEOWNERS was changed by @mallory"), ("databases/pg.yaml", "services/databases/pg.yaml was changed by @mallory")],
            refused.Findings.Select(finding => (finding.File, finding.Message[..(finding.Message.IndexOf("@mallory", StringComparison.Ordinal) + 8)])));
        Assert.Contains("services/databases/pg.yaml:1:1: ", (string?)(await origin.StatusesAsync())[^1]["description"], StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Hosts))]
    public async Task A_change_by_an_owner_costs_few_calls(string host)
    {
        using var owned = await Owned.CreateAsync(sandbox, host);
        await owned.Origin.PushAsync("alice", (Owned.Database, Owned.ItemOf(Owned.Database, "1.1.0")));
        var before = (await owned.Origin.CallsAsync()).Count;
        await owned.LoadAsync();
        owned.IsInForce(Owned.Database, "1.1.0");

        // Head, tree, compare, blob, and the status read and written; and what the host needs to tell what a commit holds.
        Assert.InRange((await owned.Origin.CallsAsync()).Count - before, 4, 8);
    }
}
