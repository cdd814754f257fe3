using Pao.Activities.Tests;

namespace Pao.Catalog.Tests.Sources.Ownership;

/// <summary>Who may change what, by pushing.</summary>
public sealed class OwnershipTests(SandboxProcess sandbox) : IClassFixture<SandboxProcess>
{
    public static TheoryData<string> Hosts => GitSourceTests.Hosts;

    [Theory]
    [MemberData(nameof(Hosts))]
    public async Task An_owner_changes_a_document_and_anybody_one_that_nobody_owns(string host)
    {
        using var owned = await Owned.CreateAsync(sandbox, host);
        await owned.ChangeAsync("alice", Owned.Database, "1.1.0");
        owned.IsInForce(Owned.Database, "1.1.0");
        await owned.ChangeAsync("ALICE", Owned.Database, "1.2.0");
        owned.IsInForce(Owned.Database, "1.2.0");
        await owned.ChangeAsync("dora", Owned.Database, "1.3.0");
        owned.IsInForce(Owned.Database, "1.3.0");
        await owned.ChangeAsync("mallory", Owned.Hello, "1.1.0");
        owned.IsInForce(Owned.Hello, "1.1.0");
    }

    [Theory]
    [MemberData(nameof(Hosts))]
    public async Task What_somebody_else_changes_is_refused_and_stays_so_until_an_owner_changes_it(string host)
    {
        using var owned = await Owned.CreateAsync(sandbox, host);

        await owned.ChangeAsync("bob", Owned.Database, "6.6.6");
        var finding = owned.IsRefused(Owned.Database, "1.0.0");
        Assert.Equal((1, 1), (finding.Line, finding.Column));
        Assert.Contains("was changed by @bob", finding.Message, StringComparison.Ordinal);
        Assert.Contains("CODEOWNERS:1 names @alice, @acme/dba.", finding.Message, StringComparison.Ordinal);
        var status = (await owned.Origin.StatusesAsync())[^1];
        Assert.Equal(owned.Origin.Failure, (string?)status["state"]);
        Assert.Contains("databases/pg.yaml:1:1: ", (string?)status["description"], StringComparison.Ordinal);

        await owned.ChangeAsync("bob", Owned.Topic, "2.0.0");
        owned.IsInForce(Owned.Topic, "2.0.0");
        Assert.Equal(finding, owned.IsRefused(Owned.Database, "1.0.0"));
        await owned.ChangeAsync("mallory", Owned.Database, "7.0.0");
        Assert.Contains("@mallory", owned.IsRefused(Owned.Database, "1.0.0").Message, StringComparison.Ordinal);
        await owned.LoadAsync();
        owned.IsRefused(Owned.Database, "1.0.0");

        await owned.ChangeAsync("alice", Owned.Database, "7.0.1");
        owned.IsInForce(Owned.Database, "7.0.1");
        Assert.Equal("success", (string?)(await owned.Origin.StatusesAsync())[^1]["state"]);
    }

    [Theory]
    [MemberData(nameof(Hosts))]
    public async Task What_was_refused_stays_so_after_a_restart_that_remembers_what_was_judged(string host)
    {
        using var owned = await Owned.CreateAsync(sandbox, host);
        var memory = (await owned.Source.ListAsync(null, TestContext.Current.CancellationToken)).Memory;
        await owned.Origin.PushAsync("bob", (Owned.Database, Owned.ItemOf(Owned.Database, "6.6.6")));
        var judged = await owned.Source.ListAsync(memory, TestContext.Current.CancellationToken);
        await owned.Origin.PushAsync("bob", (Owned.Topic, Owned.ItemOf(Owned.Topic, "2.0.0")));

        using var restarted = owned.Origin.Catalog();
        var source = restarted.Services.GetService(typeof(Pao.Catalog.Sources.ICatalogSource)) as Pao.Catalog.Sources.ICatalogSource;
        var tree = await source!.ListAsync(judged.Memory, TestContext.Current.CancellationToken);

        var database = tree.Files.Single(file => file.Path == Owned.Database);
        Assert.Equal(judged.Files.Single(file => file.Path == Owned.Database), database);
        Assert.True(database.IsWithheld);
        Assert.Equal("codeowners.refused", Assert.Single(tree.Findings).Rule);

        // A restart that remembers nothing takes what is there; one that remembers another source, too.
        foreach (var nothing in new[] { null, "{", "null", "[]", judged.Memory!.Replace(owned.Origin.Name, "acme/other", StringComparison.Ordinal) })
        {
            var fresh = await source.ListAsync(nothing, TestContext.Current.CancellationToken);
            Assert.False(fresh.Files.Single(file => file.Path == Owned.Database).IsWithheld);
            Assert.Empty(fresh.Findings);
        }
    }

    [Theory]
    [MemberData(nameof(Hosts))]
    public async Task Whoever_takes_their_change_back_is_done_with_it(string host)
    {
        using var owned = await Owned.CreateAsync(sandbox, host);
        await owned.ChangeAsync("bob", Owned.Database, "6.6.6");
        owned.IsRefused(Owned.Database, "1.0.0");
        await owned.ChangeAsync("bob", Owned.Database, "1.0.0");
        owned.IsInForce(Owned.Database, "1.0.0");
    }

    [Theory]
    [MemberData(nameof(Hosts))]
    public async Task Of_several_changes_at_once_the_newest_that_an_owner_made_is_in_force(string host)
    {
        using var owned = await Owned.CreateAsync(sandbox, host);
        await owned.Origin.PushAsync(
            Origin.Commit("alice", (Owned.Database, Owned.ItemOf(Owned.Database, "1.1.0"))),
            Origin.Commit("mallory", (Owned.Hello, Owned.ItemOf(Owned.Hello, "1.1.0"))),
            Origin.Commit("mallory", (Owned.Database, Owned.ItemOf(Owned.Database, "6.6.6"))),
            Origin.Commit("alice", (Owned.Topic, Owned.ItemOf(Owned.Topic, "6.6.6"))),
            Origin.Commit("bob", (Owned.Topic, Owned.ItemOf(Owned.Topic, "2.0.0"))));
        await owned.LoadAsync();

        owned.IsRefused(Owned.Database, "1.1.0");
        owned.IsInForce(Owned.Hello, "1.1.0");
        owned.IsInForce(Owned.Topic, "2.0.0");
    }

    [Theory]
    [MemberData(nameof(Hosts))]
    public async Task What_is_added_to_taken_from_or_moved_out_of_an_owners_folder_needs_the_owner(string host)
    {
        using var owned = await Owned.CreateAsync(sandbox, host);
        await owned.Origin.PushAsync("bob", ("databases/mysql.yaml", Owned.ItemOf("databases/mysql.yaml")), (Owned.Database, null), ("messaging/pg.yaml", Owned.ItemOf(Owned.Database)));
        await owned.LoadAsync();

        Assert.Contains("was added by @bob", owned.IsRefused("databases/mysql.yaml", null).Message, StringComparison.Ordinal);
        var moved = owned.IsRefused(Owned.Database, "1.0.0");
        Assert.Contains("was moved to messaging/pg.yaml by @bob", moved.Message, StringComparison.Ordinal);
        Assert.Equal((0, 0), (moved.Line, moved.Column));
        Assert.Equal("id.duplicate", Assert.Single(owned.Snapshot.Findings, finding => finding.File == "messaging/pg.yaml" && finding.Severity is Severity.Error).Rule);

        await owned.Origin.PushAsync("alice", ("databases/readme.md", "alice was here"));
        await owned.LoadAsync();
        owned.IsRefused(Owned.Database, "1.0.0");

        await owned.Origin.PushAsync("alice", (Owned.Database, Owned.ItemOf(Owned.Database, "1.1.0")));
        await owned.Origin.PushAsync("alice", (Owned.Database, null));
        await owned.LoadAsync();
        Assert.Equal("messaging/pg.yaml", owned.Snapshot.Items[Owned.IdOf(Owned.Database)].File);
    }

    [Theory]
    [MemberData(nameof(Hosts))]
    public async Task A_copy_in_ones_own_folder_does_not_take_over_what_another_offers(string host)
    {
        using var owned = await Owned.CreateAsync(sandbox, host, Owned.Rules + "/aaa/ @mallory\n");

        await owned.Origin.PushAsync("mallory", ("aaa/pg.yaml", Owned.ItemOf(Owned.Database, "6.6.6")));
        await owned.LoadAsync();

        Assert.Equal(("1.0.0", Owned.Database), (owned.Snapshot.Items[Owned.IdOf(Owned.Database)].Version, owned.Snapshot.Items[Owned.IdOf(Owned.Database)].File));
        Assert.Contains(owned.Snapshot.Findings, finding => finding is { Rule: "id.duplicate", File: "aaa/pg.yaml" });
    }

    [Theory]
    [MemberData(nameof(Hosts))]
    public async Task History_that_was_rewritten_is_nobodys_change(string host)
    {
        using var owned = await Owned.CreateAsync(sandbox, host);
        var first = owned.Snapshot.Revision!;
        await owned.ChangeAsync("alice", Owned.Database, "1.1.0");

        await owned.Origin.WorkAsync("resets", new { sha = first, by = "mallory" });
        await owned.LoadAsync();

        Assert.Contains("rewriting the branch's history", owned.IsRefused(Owned.Database, "1.1.0").Message, StringComparison.Ordinal);
        await owned.ChangeAsync("alice", Owned.Database, "1.2.0");
        owned.IsInForce(Owned.Database, "1.2.0");
    }

    [Theory]
    [MemberData(nameof(Hosts))]
    public async Task A_host_in_trouble_lets_nothing_unjudged_come_into_force(string host)
    {
        using var mine = new Lonely();
        await mine.Sandbox.InitializeAsync();
        using var owned = await Owned.CreateAsync(mine.Sandbox, host);
        await owned.Origin.PushAsync("bob", (Owned.Database, Owned.ItemOf(Owned.Database, "6.6.6")));
        await owned.Origin.FailAsync(1, 500, host == Origin.GitHub ? $"/repos/{owned.Origin.Name}/compare" : $"/projects/{Uri.EscapeDataString(owned.Origin.Name)}/repository/compare");

        await owned.LoadAsync();
        Assert.Equal("1.0.0", owned.Snapshot.Items[Owned.IdOf(Owned.Database)].Version);
        Assert.Equal("source.unavailable", Assert.Single(owned.Snapshot.Findings).Rule);

        await owned.Origin.FailAsync(0);
        await owned.LoadAsync();
        owned.IsRefused(Owned.Database, "1.0.0");
    }

    [Theory]
    [MemberData(nameof(Hosts))]
    public async Task More_commits_than_are_looked_into_are_refused_where_somebody_owns_what_they_change(string host)
    {
        using var owned = await Owned.CreateAsync(sandbox, host);
        await owned.Origin.PushAsync([.. Enumerable.Range(1, 301).Select(number =>
            Origin.Commit("alice", (Owned.Database, Owned.ItemOf(Owned.Database, $"1.{number}.0")), (Owned.Hello, Owned.ItemOf(Owned.Hello, $"1.{number}.0"))))]);
        await owned.LoadAsync();

        Assert.Contains("more commits than are looked into", owned.IsRefused(Owned.Database, "1.0.0").Message, StringComparison.Ordinal);
        owned.IsInForce(Owned.Hello, "1.301.0");
        await owned.ChangeAsync("alice", Owned.Database, "2.0.0");
        owned.IsInForce(Owned.Database, "2.0.0");
    }

    private sealed class Lonely : IDisposable
    {
        public SandboxProcess Sandbox { get; } = new();

        public void Dispose() => Sandbox.DisposeAsync().AsTask().GetAwaiter().GetResult();
    }
}
