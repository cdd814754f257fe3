using Pao.Activities.Tests;

namespace Pao.Catalog.Tests.Sources.Ownership;

/// <summary>CODEOWNERS itself: who may change it, and from when on a change counts.</summary>
public sealed class RulesChangeTests(SandboxProcess sandbox) : IClassFixture<SandboxProcess>
{
    private static readonly string[] Administrators = ["admin"];
    private const string GivenToMallory = "* @mallory\n";

    public static TheoryData<string> Hosts => GitSourceTests.Hosts;

    [Theory]
    [MemberData(nameof(Hosts))]
    public async Task Rules_changed_by_somebody_who_does_not_own_them_never_count(string host)
    {
        using var owned = await Owned.CreateAsync(sandbox, host);

        await owned.Origin.PushAsync("mallory", ("CODEOWNERS", GivenToMallory), (Owned.Database, Owned.ItemOf(Owned.Database, "6.6.6")));
        await owned.LoadAsync();
        owned.IsRefused(Owned.Database, "1.0.0");
        Assert.Contains(owned.Snapshot.Findings, finding => finding is { Rule: "codeowners.refused", File: "CODEOWNERS" });

        await owned.ChangeAsync("mallory", Owned.Database, "6.6.7");
        owned.IsRefused(Owned.Database, "1.0.0");
        await owned.ChangeAsync("alice", Owned.Database, "1.1.0");
        owned.IsInForce(Owned.Database, "1.1.0");
    }

    [Theory]
    [MemberData(nameof(Hosts))]
    public async Task Rules_changed_by_their_owner_count_for_the_next_push_and_not_for_their_own(string host)
    {
        using var owned = await Owned.CreateAsync(sandbox, host);

        await owned.Origin.PushAsync(
            Origin.Commit("root", ("CODEOWNERS", Owned.Rules + "/databases/ @root @carol\n")),
            Origin.Commit("root", (Owned.Database, Owned.ItemOf(Owned.Database, "6.6.6"))));
        await owned.LoadAsync();
        owned.IsRefused(Owned.Database, "1.0.0");
        Assert.DoesNotContain(owned.Snapshot.Findings, finding => finding.File == "CODEOWNERS");

        // That who did it owns the file now does not make the change of then theirs.
        await owned.LoadAsync();
        await owned.ChangeAsync("bob", Owned.Topic, "2.0.0");
        owned.IsRefused(Owned.Database, "1.0.0");

        await owned.ChangeAsync("carol", Owned.Database, "2.0.0");
        owned.IsInForce(Owned.Database, "2.0.0");
        await owned.ChangeAsync("alice", Owned.Database, "6.6.6");
        owned.IsRefused(Owned.Database, "2.0.0");
    }

    [Theory]
    [MemberData(nameof(Hosts))]
    public async Task Rules_that_nobody_owns_are_the_administrators(string host)
    {
        using var owned = await OwnedWithoutRootAsync(host);
        await owned.Origin.WorkAsync("administrators", Administrators);

        await owned.Origin.PushAsync("alice", ("CODEOWNERS", GivenToMallory));
        await owned.LoadAsync();
        await owned.ChangeAsync("mallory", Owned.Database, "6.6.6");
        owned.IsRefused(Owned.Database, "1.0.0");
        Assert.Contains(owned.Snapshot.Findings, finding =>
            finding is { Rule: "codeowners.refused", File: "CODEOWNERS" } && finding.Message.Contains("administrators", StringComparison.Ordinal));

        await owned.Origin.PushAsync("admin", ("CODEOWNERS", "/databases/ @mallory\n/CODEOWNERS @root\n"));
        await owned.LoadAsync();
        await owned.ChangeAsync("mallory", Owned.Database, "2.0.0");
        owned.IsInForce(Owned.Database, "2.0.0");
        Assert.Empty(owned.Snapshot.Findings);
    }

    [Theory]
    [MemberData(nameof(Hosts))]
    public async Task Another_codeowners_that_would_come_first_belongs_to_who_owns_the_one_in_force(string host)
    {
        var (first, second) = host == Origin.GitHub ? (".github/CODEOWNERS", "CODEOWNERS") : ("CODEOWNERS", "docs/CODEOWNERS");
        using var origin = await Origin.CreateAsync(sandbox, host);
        await origin.PushAsync("root", (second, $"/databases/ @alice\n/{second} @root\n"), (Owned.Database, Owned.ItemOf(Owned.Database)));
        using var catalog = origin.Catalog();
        await catalog.LoadAsync();

        await origin.PushAsync("mallory", (first, GivenToMallory));
        var refused = await catalog.LoadAsync();
        Assert.Contains(refused.Findings, finding => finding.Rule == "codeowners.refused" && finding.File == first);
        await origin.PushAsync("mallory", (Owned.Database, Owned.ItemOf(Owned.Database, "6.6.6")));
        Assert.Equal("1.0.0", (await catalog.LoadAsync()).Items[Owned.IdOf(Owned.Database)].Version);

        await origin.PushAsync("mallory", (second, null));
        Assert.Equal("1.0.0", (await catalog.LoadAsync()).Items[Owned.IdOf(Owned.Database)].Version);

        await origin.PushAsync("root", (first, $"/databases/ @bob\n/{first} @root\n"));
        await catalog.LoadAsync();
        await origin.PushAsync("bob", (Owned.Database, Owned.ItemOf(Owned.Database, "2.0.0")));
        Assert.Equal("2.0.0", (await catalog.LoadAsync()).Items[Owned.IdOf(Owned.Database)].Version);
    }

    [Theory]
    [MemberData(nameof(Hosts))]
    public async Task Mistakes_in_the_rules_are_warnings_with_their_line(string host)
    {
        using var owned = await Owned.CreateAsync(sandbox, host);
        await owned.Origin.PushAsync("root", ("CODEOWNERS", Owned.Rules + "!/databases/ @mallory\n/networking/ mallory\n"));
        await owned.LoadAsync();

        Assert.Equal(
            [("codeowners.syntax", 4), ("codeowners.syntax", 5)],
            owned.Snapshot.Findings.Where(finding => finding.Severity is Severity.Warning).Select(finding => (finding.Rule, finding.Line)));
        await owned.ChangeAsync("mallory", Owned.Database, "6.6.6");
        owned.IsRefused(Owned.Database, "1.0.0");
    }

    [Theory]
    [MemberData(nameof(Hosts))]
    public async Task Rules_of_more_than_three_megabytes_are_not_read_and_of_less_they_are(string host)
    {
        using var owned = await Owned.CreateAsync(sandbox, host);
        var comment = "# " + new string('x', 100) + "\n";
        await owned.Origin.PushAsync("root", ("CODEOWNERS", Owned.Rules + string.Concat(Enumerable.Repeat(comment, 20_000))));
        await owned.LoadAsync();
        await owned.ChangeAsync("mallory", Owned.Database, "6.6.6");
        owned.IsRefused(Owned.Database, "1.0.0");

        await owned.Origin.PushAsync("root", ("CODEOWNERS", Owned.Rules + string.Concat(Enumerable.Repeat(comment, 31_000))));
        await owned.LoadAsync();
        Assert.Contains(owned.Snapshot.Findings, finding => finding is { Severity: Severity.Error, Rule: "codeowners.size", File: "CODEOWNERS" });
    }

    private async Task<Owned> OwnedWithoutRootAsync(string host)
    {
        // Made with an owner, since a warning tells when there is none; who owns it gives it up.
        var owned = await Owned.CreateAsync(sandbox, host);
        await owned.Origin.PushAsync("root", ("CODEOWNERS", "/databases/ @alice\n"));
        await owned.LoadAsync();
        Assert.Equal("codeowners.unowned", Assert.Single(owned.Snapshot.Findings).Rule);
        return owned;
    }
}
