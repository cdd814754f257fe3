using Pao.Activities.Tests;
using Pao.Catalog.Tests.Keeping;

namespace Pao.Catalog.Tests.Sources.Ownership;

/// <summary>What an owner has and what was refused outlive the process, with what is kept of the catalog.</summary>
public sealed class RestartTests(SandboxProcess sandbox) : IClassFixture<SandboxProcess>
{
    private static readonly string Id = Owned.IdOf(Owned.Database);

    [Fact]
    public async Task What_was_refused_stays_so_and_what_came_meanwhile_is_judged_as_ever()
    {
        var archive = new TestArchive();
        using var origin = await CreateAsync();
        CatalogSnapshot before;
        using (var first = origin.Catalog(archive))
        {
            await first.LoadAsync();
            await origin.PushAsync("bob", (Owned.Database, Owned.ItemOf(Owned.Database, "6.6.6")));
            before = await first.LoadAsync();
            Assert.Equal(("1.0.0", true), (before.Items[Id].Version, before.Items[Id].IsStale));
        }

        await origin.PushAsync("mallory", (Owned.Topic, Owned.ItemOf(Owned.Topic, "6.6.6")));
        await origin.PushAsync("mallory", (Owned.Hello, Owned.ItemOf(Owned.Hello, "2.0.0")));
        using var second = origin.Catalog(archive);
        var after = await second.LoadAsync();

        Assert.Equal(("1.0.0", true), (after.Items[Id].Version, after.Items[Id].IsStale));
        Assert.Equal(before.Stale[Owned.Database], after.Stale[Owned.Database]);
        Assert.Equal(("1.0.0", true), (after.Items[Owned.IdOf(Owned.Topic)].Version, after.Items[Owned.IdOf(Owned.Topic)].IsStale));
        Assert.Equal(("2.0.0", false), (after.Items[Owned.IdOf(Owned.Hello)].Version, after.Items[Owned.IdOf(Owned.Hello)].IsStale));

        await origin.PushAsync("alice", (Owned.Database, Owned.ItemOf(Owned.Database, "2.0.0")));
        var mended = await second.LoadAsync();
        Assert.Equal(("2.0.0", false), (mended.Items[Id].Version, mended.Items[Id].IsStale));
        Assert.DoesNotContain(Owned.Database, mended.Stale.Keys);
        Assert.Null(archive[Owned.Database].RejectedSince);
    }

    [Fact]
    public async Task A_start_without_the_host_serves_what_was_in_force_and_says_that_it_is_stale()
    {
        var archive = new TestArchive();
        using var origin = await CreateAsync();
        using (var first = origin.Catalog(archive))
        {
            await first.LoadAsync();
            await origin.PushAsync("bob", (Owned.Database, Owned.ItemOf(Owned.Database, "6.6.6")));
            await first.LoadAsync();
        }

        using var second = origin.Catalog(archive, ("Api", "http://127.0.0.1:1/api/v3"));
        var restored = await second.LoadAsync();

        Assert.True(restored.IsRestored);
        Assert.Equal(("1.0.0", true), (restored.Items[Id].Version, restored.Items[Id].IsStale));
        Assert.False(restored.Items[Owned.IdOf(Owned.Hello)].IsStale);
        Assert.Equal(["codeowners.refused", "source.unavailable"], restored.Findings.Select(finding => finding.Rule));
    }

    [Fact]
    public async Task As_long_as_nobody_tells_what_was_judged_last_nothing_comes_into_force()
    {
        var archive = new TestArchive();
        using var origin = await CreateAsync();
        using (var first = origin.Catalog(archive))
        {
            await first.LoadAsync();
        }

        await origin.PushAsync("mallory", (Owned.Database, Owned.ItemOf(Owned.Database, "6.6.6")));
        archive.IsAway = true;
        using var second = origin.Catalog(archive);
        var during = await second.LoadAsync();
        Assert.Empty(during.Items);
        Assert.Equal("source.unavailable", Assert.Single(during.Findings).Rule);

        archive.IsAway = false;
        Assert.Equal("1.0.0", (await second.LoadAsync()).Items[Id].Version);
        archive.IsAway = true;
        await origin.PushAsync("alice", (Owned.Database, Owned.ItemOf(Owned.Database, "2.0.0")));
        Assert.Equal("2.0.0", (await second.LoadAsync()).Items[Id].Version);
    }

    [Fact]
    public async Task Who_has_an_id_keeps_it_over_restarts_though_another_file_would_come_first()
    {
        var archive = new TestArchive();
        using var origin = await CreateAsync();
        using (var first = origin.Catalog(archive))
        {
            await first.LoadAsync();
        }

        // While nobody looks.
        await origin.PushAsync("mallory", ("aaa/pg.yaml", Owned.ItemOf(Owned.Database, "6.6.6")));
        for (var start = 0; start < 2; start++)
        {
            using var next = origin.Catalog(archive);
            var snapshot = await next.LoadAsync();
            Assert.Equal(Owned.Database, snapshot.Items[Id].File);
            Assert.Contains(snapshot.Findings, finding => finding is { Rule: "id.duplicate", File: "aaa/pg.yaml" });
            await origin.PushAsync("mallory", (Owned.Hello, Owned.ItemOf(Owned.Hello, $"1.{start}.1")));
        }

        using var without = origin.Catalog(archive, ("Api", "http://127.0.0.1:1/api/v3"));
        Assert.Equal(Owned.Database, (await without.LoadAsync()).Items[Id].File);

        // It is free when its owner gives it up.
        await origin.PushAsync("alice", (Owned.Database, null));
        using var last = origin.Catalog(archive);
        Assert.Equal("aaa/pg.yaml", (await last.LoadAsync()).Items[Id].File);
        Assert.Null(archive["aaa/pg.yaml"].RejectedSince);
    }

    private async Task<Origin> CreateAsync()
    {
        var origin = await Origin.CreateAsync(sandbox, Origin.GitHub);
        await origin.PushAsync(
            "root", ("CODEOWNERS", Owned.Rules), (Owned.Database, Owned.ItemOf(Owned.Database)), (Owned.Topic, Owned.ItemOf(Owned.Topic)), (Owned.Hello, Owned.ItemOf(Owned.Hello)));
        return origin;
    }
}
