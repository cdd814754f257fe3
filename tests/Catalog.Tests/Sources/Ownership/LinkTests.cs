using Pao.Activities.Tests;

namespace Pao.Catalog.Tests.Sources.Ownership;

/// <summary>A symbolic link in place of a file is no file: it is never followed, and to put it there takes the file away.</summary>
public sealed class LinkTests(SandboxProcess sandbox) : IClassFixture<SandboxProcess>
{
    public static TheoryData<string> Hosts => GitSourceTests.Hosts;

    [Theory]
    [MemberData(nameof(Hosts))]
    public async Task A_link_that_somebody_else_puts_in_a_documents_place_changes_nothing(string host)
    {
        using var owned = await Owned.CreateAsync(sandbox, host);

        await LinkAsync(owned, "bob", Owned.Database, "../messaging/topic.yaml");

        var refusal = Refusal(owned);
        Assert.Contains("was deleted by @bob", refusal.Message, StringComparison.Ordinal);
        await owned.LoadAsync();
        Assert.Equal(refusal, Refusal(owned));
        await owned.ChangeAsync("bob", Owned.Topic, "2.0.0");
        Assert.Equal(refusal, Refusal(owned));
        owned.IsInForce(Owned.Topic, "2.0.0");
    }

    /// <summary>Git keeps a link as a blob with its target as text: this one has the document's own SHA.</summary>
    [Theory]
    [MemberData(nameof(Hosts))]
    public async Task A_link_with_the_text_of_the_document_takes_it_away_no_more_than_another(string host)
    {
        using var owned = await Owned.CreateAsync(sandbox, host);

        await LinkAsync(owned, "bob", Owned.Database, Owned.ItemOf(Owned.Database));

        Assert.Contains("was deleted by @bob", Refusal(owned).Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Hosts))]
    public async Task A_submodule_in_a_documents_place_is_no_document_either(string host)
    {
        using var owned = await Owned.CreateAsync(sandbox, host);
        var submodules = new Dictionary<string, string> { [Owned.Database] = "0123456789012345678901234567890123456789" };

        await owned.Origin.PushAsync(new { login = "bob", submodules });
        await owned.LoadAsync();

        Assert.Contains("was deleted by @bob", Refusal(owned, "source.submodule").Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Hosts))]
    public async Task A_link_that_the_owner_puts_there_is_not_followed_and_the_document_gone(string host)
    {
        using var owned = await Owned.CreateAsync(sandbox, host);

        await LinkAsync(owned, "alice", Owned.Database, "../messaging/topic.yaml");

        Assert.Equal(("source.link", Owned.Database), Assert.Single(owned.Snapshot.Findings.Select(finding => (finding.Rule, finding.File))));
        Assert.Equal([Owned.IdOf(Owned.Topic), Owned.IdOf(Owned.Hello)], owned.Snapshot.Items.Keys.Order());
        await owned.ChangeAsync("bob", Owned.Database, "6.6.6");
        owned.IsRefused(Owned.Database, null);
        await owned.ChangeAsync("alice", Owned.Database, "1.1.0");
        owned.IsInForce(Owned.Database, "1.1.0");
    }

    [Theory]
    [MemberData(nameof(Hosts))]
    public async Task A_link_in_place_of_codeowners_is_no_rule_whoever_puts_it_there(string host)
    {
        using var owned = await Owned.CreateAsync(sandbox, host);

        // As text it would be a rule that gives everything to bob.
        await LinkAsync(owned, "bob", "CODEOWNERS", "* @bob");
        await owned.ChangeAsync("bob", Owned.Database, "6.6.6");
        owned.IsRefused(Owned.Database, "1.0.0");

        await owned.Origin.PushAsync("root", ("CODEOWNERS", Owned.Rules));
        await LinkAsync(owned, "root", "CODEOWNERS", "* @bob");
        await owned.ChangeAsync("mallory", Owned.Database, "1.2.0");
        owned.IsInForce(Owned.Database, "1.2.0"); // its owner took CODEOWNERS away, so nobody owns anything
    }

    private static async Task LinkAsync(Owned owned, string login, string path, string target)
    {
        await owned.Origin.PushAsync(new { login, links = new Dictionary<string, string> { [path] = target } });
        await owned.LoadAsync();
    }

    /// <summary>What is told of the database, of which the version before is in force.</summary>
    private static Finding Refusal(Owned owned, string rule = "source.link")
    {
        var item = owned.Snapshot.Items[Owned.IdOf(Owned.Database)];
        Assert.Equal(("1.0.0", true), (item.Version, item.IsStale));
        Assert.Equal(["codeowners.refused", rule], owned.Snapshot.Findings.Where(finding => finding.File == Owned.Database).Select(finding => finding.Rule).Order());
        return owned.Snapshot.Findings.Single(finding => finding.Rule == "codeowners.refused");
    }
}
