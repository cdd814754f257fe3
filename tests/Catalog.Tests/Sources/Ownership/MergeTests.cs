using Pao.Activities.Tests;

namespace Pao.Catalog.Tests.Sources.Ownership;

/// <summary>Changes that are proposed by one, and approved or merged by another.</summary>
public sealed class MergeTests(SandboxProcess sandbox) : IClassFixture<SandboxProcess>
{
    private static readonly string[] Methods = ["merge", "squash", "rebase", "local"];

    public static TheoryData<string, string> HostsAndMethods =>
        [.. GitSourceTests.Hosts.SelectMany(host => Methods.Select(method => (host.Data, method)))];

    public static TheoryData<string> Hosts => GitSourceTests.Hosts;

    [Theory]
    [MemberData(nameof(HostsAndMethods))]
    public async Task What_an_owner_approves_comes_into_force_however_it_is_merged(string host, string method)
    {
        using var owned = await Owned.CreateAsync(sandbox, host);
        var change = await owned.ProposeAsync("mallory", Owned.Database, "1.1.0");
        await owned.ReviewAsync(change, "bob");
        await owned.ReviewAsync(change, "dora");
        await owned.MergeAsync(change, "mallory", method);
        owned.IsInForce(Owned.Database, "1.1.0");
    }

    [Theory]
    [MemberData(nameof(HostsAndMethods))]
    public async Task What_an_owner_merges_comes_into_force(string host, string method)
    {
        using var owned = await Owned.CreateAsync(sandbox, host);
        await owned.MergeAsync(await owned.ProposeAsync("mallory", Owned.Database, "1.1.0"), "alice", method);
        owned.IsInForce(Owned.Database, "1.1.0");
    }

    [Theory]
    [MemberData(nameof(HostsAndMethods))]
    public async Task What_an_owner_wrote_comes_into_force_whoever_merges_it(string host, string method)
    {
        using var owned = await Owned.CreateAsync(sandbox, host);
        await owned.MergeAsync(await owned.ProposeAsync("alice", Owned.Database, "1.1.0"), "mallory", method);
        owned.IsInForce(Owned.Database, "1.1.0");
    }

    [Theory]
    [MemberData(nameof(HostsAndMethods))]
    public async Task What_only_others_approved_is_refused_until_an_owner_approves_it(string host, string method)
    {
        using var owned = await Owned.CreateAsync(sandbox, host);
        var change = await owned.ProposeAsync("mallory", Owned.Database, "6.6.6");
        await owned.ReviewAsync(change, "bob");
        await owned.MergeAsync(change, "bob", method);
        owned.IsRefused(Owned.Database, "1.0.0");

        await owned.ReviewAsync(change, "alice");
        await owned.LoadAsync();
        owned.IsInForce(Owned.Database, "6.6.6");
    }

    [Theory]
    [MemberData(nameof(Hosts))]
    public async Task Who_merges_by_hand_can_not_add_to_what_was_approved(string host)
    {
        using var owned = await Owned.CreateAsync(sandbox, host);
        var change = await owned.ProposeAsync("bob", Owned.Topic, "1.1.0");
        await owned.ReviewAsync(change, "alice");
        await owned.MergeAsync(change, "bob", "local", Origin.Commit("bob", (Owned.Database, Owned.ItemOf(Owned.Database, "6.6.6"))));

        owned.IsInForce(Owned.Topic, "1.1.0");
        owned.IsRefused(Owned.Database, "1.0.0");
    }

    [Theory]
    [MemberData(nameof(Hosts))]
    public async Task A_change_that_is_open_grants_nothing_though_an_owner_approved_it(string host)
    {
        using var owned = await Owned.CreateAsync(sandbox, host);
        var change = await owned.ProposeAsync("mallory", Owned.Database, "6.6.6");
        await owned.ReviewAsync(change, "alice");
        await owned.LoadAsync();
        owned.IsInForce(Owned.Database, "1.0.0");

        await owned.ChangeAsync("mallory", Owned.Database, "6.6.6");
        owned.IsRefused(Owned.Database, "1.0.0");
    }

    [Fact]
    public async Task An_approval_counts_for_what_was_approved_and_as_long_as_it_stands()
    {
        using var owned = await Owned.CreateAsync(sandbox, Origin.GitHub);
        var grown = await owned.ProposeAsync("mallory", Owned.Database, "1.1.0");
        await owned.ReviewAsync(grown, "alice");
        await owned.Origin.WorkAsync($"changes/{grown}/commits", new { commits = new[] { Origin.Commit("mallory", (Owned.Database, Owned.ItemOf(Owned.Database, "6.6.6"))) } });
        await owned.MergeAsync(grown, "mallory");
        owned.IsRefused(Owned.Database, "1.0.0");

        foreach (var second in new[] { "CHANGES_REQUESTED", "DISMISSED" })
        {
            var taken = await owned.ProposeAsync("mallory", Owned.Database, second == "DISMISSED" ? "6.6.7" : "6.6.8");
            await owned.ReviewAsync(taken, "alice");
            await owned.ReviewAsync(taken, "alice", second);
            await owned.ReviewAsync(taken, "alice", "COMMENTED");
            await owned.MergeAsync(taken, "mallory");
            owned.IsRefused(Owned.Database, "1.0.0");
        }

        var good = await owned.ProposeAsync("mallory", Owned.Database, "2.0.0");
        await owned.ReviewAsync(good, "alice", "CHANGES_REQUESTED");
        await owned.ReviewAsync(good, "alice");
        await owned.ReviewAsync(good, "alice", "COMMENTED");
        await owned.MergeAsync(good, "mallory");
        owned.IsInForce(Owned.Database, "2.0.0");
    }
}
