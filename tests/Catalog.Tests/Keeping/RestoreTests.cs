namespace Pao.Catalog.Tests.Keeping;

/// <summary>What a start finds of the loads before it.</summary>
public sealed class RestoreTests : KeepingTest
{
    [Fact]
    public async Task Without_its_source_a_start_serves_what_was_loaded_last()
    {
        Source[Hello] = Item("1.0.0");
        Source[Other] = "kind: [";
        var before = await LoadAsync(Start());
        Assert.True(before.IsKept);

        Source.Away = "GitHub is down.";
        Clock.Advance(TimeSpan.FromHours(1));
        var after = await LoadAsync(Start());

        Assert.False(after.IsSourceRead);
        var snapshot = after.Snapshot;
        Assert.True(snapshot.IsRestored);
        Assert.Equal((before.Snapshot.Version, before.Snapshot.LoadedAt, Source.Revision), (snapshot.Version, snapshot.LoadedAt, snapshot.Revision));
        Assert.Equal(TestCatalog.Now + TimeSpan.FromHours(1), snapshot.Outage?.Since);
        Assert.Equal(["yaml.syntax", "source.unavailable"], snapshot.Findings.Select(finding => finding.Rule));
        Assert.Equal(
            "GitHub is down. Until it can be read in force is what was loaded on 2026-03-01 at 08:30:00 UTC, revision commit-2.",
            snapshot.Findings[1].Message);
    }

    [Fact]
    public async Task With_neither_source_nor_archive_the_catalog_is_empty_and_says_so()
    {
        Source.Away = "GitHub is down.";
        Archive.IsAway = true;
        var catalog = Start();

        var load = await LoadAsync(catalog);

        Assert.False(load.Snapshot.IsLoaded);
        var finding = Assert.Single(load.Snapshot.Findings);
        Assert.Contains("the catalog is empty", finding.Message, StringComparison.Ordinal);

        (Source.Away, Archive.IsAway) = (null, false);
        Source[Hello] = Item("1.0.0");
        var loaded = await LoadAsync(catalog);
        Assert.True(loaded.IsKept);
        Assert.Empty(loaded.Snapshot.Findings);
        Assert.Null(loaded.Snapshot.Outage);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_stale_document_is_stale_after_a_restart_too(bool isSourceAway)
    {
        Source[Hello] = Item("1.0.0");
        var first = Start();
        await LoadAsync(first);
        Clock.Advance(TimeSpan.FromMinutes(5));
        Source[Hello] = Item("two");
        await LoadAsync(first);

        Clock.Advance(TimeSpan.FromMinutes(5));
        Source.Away = isSourceAway ? "down" : null;
        var snapshot = (await LoadAsync(Start())).Snapshot;

        var item = snapshot.Items[HelloId];
        Assert.True(item.IsStale);
        Assert.Equal("1.0.0", item.Version);
        Assert.Equal(new StaleDocument(HelloId, "1.0.0", TestCatalog.Now + TimeSpan.FromMinutes(5)), snapshot.Stale[Hello]);
        Assert.Equal("version.semver", snapshot.Findings[0].Rule);
        Assert.Equal(first.Current.Version, snapshot.Version);
    }

    [Fact]
    public async Task A_document_that_becomes_right_after_a_restart_is_not_stale_any_more()
    {
        Source[Hello] = Item("1.0.0");
        var first = Start();
        await LoadAsync(first);
        Source[Hello] = Item("two");
        await LoadAsync(first);
        var second = Start();
        await LoadAsync(second);

        Source[Hello] = Item("2.0.0");
        var load = await LoadAsync(second);

        Assert.Equal(("2.0.0", false), (load.Snapshot.Items[HelloId].Version, load.Snapshot.Items[HelloId].IsStale));
        Assert.Empty(load.Snapshot.Stale);
        Assert.Null(Archive[Hello].RejectedSince);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_document_that_never_was_valid_stays_out(bool isSourceAway)
    {
        Source[Hello] = Item("one");
        await LoadAsync(Start());

        Source.Away = isSourceAway ? "down" : null;
        var snapshot = (await LoadAsync(Start())).Snapshot;

        Assert.Empty(snapshot.Items);
        Assert.Equal(1, snapshot.Rejected);
        Assert.Equal("version.semver", snapshot.Findings[0].Rule);
    }

    [Fact]
    public async Task What_is_known_by_its_content_id_is_not_fetched_again()
    {
        Source[Hello] = Item("1.0.0");
        Source[Other] = "kind: [";
        await LoadAsync(Start());
        var reads = Source.Reads;

        await LoadAsync(Start());

        Assert.Equal(reads, Source.Reads);
    }

    [Fact]
    public async Task A_deleted_document_is_gone_after_a_restart()
    {
        Source[Hello] = Item("1.0.0");
        Source[Other] = Item("1.0.0", "starter-other-standard");
        var first = Start();
        await LoadAsync(first);
        Source[Other] = null;
        await LoadAsync(first);

        Source.Away = "down";

        Assert.Equal([HelloId], (await LoadAsync(Start())).Snapshot.Items.Keys);
    }

    [Fact]
    public async Task The_rules_of_the_build_that_starts_judge_what_was_kept()
    {
        Source[Hello] = Item("1.0.0", activity: "Backup");
        Source[Other] = Item("1.0.0", "starter-other-standard", "Backup");
        var first = Start();
        await LoadAsync(first);
        Source[Other] = Item("two", "starter-other-standard");
        Assert.Equal(2, (await LoadAsync(first)).Snapshot.Items.Count);

        Source.Away = "down";
        var refused = (await LoadAsync(Start(null, "Backup"))).Snapshot;

        Assert.Empty(refused.Items);
        Assert.Equal(2, refused.Rejected);
        var findings = refused.Findings.Where(finding => finding.Rule == "document.refused").ToDictionary(finding => finding.File ?? "");
        Assert.Equal([Hello, Other], findings.Keys.Order());
        Assert.StartsWith("The version in force before this start is not valid by the rules of this build: ", findings[Hello].Message, StringComparison.Ordinal);
        Assert.StartsWith("The last valid version of this document, in force before this start, is not valid", findings[Other].Message, StringComparison.Ordinal);

        // The build before, started again, finds what it knew, also after the new one has loaded.
        Source.Away = null;
        await LoadAsync(Start(null, "Backup"));
        Source.Away = "down";
        Assert.Equal(2, (await LoadAsync(Start())).Snapshot.Items.Count);
    }

    [Fact]
    public async Task The_source_is_told_again_what_it_had_kept()
    {
        Source[Hello] = Item("1.0.0");
        Source.Memory = "judged up to commit-1";
        var first = Start();
        await LoadAsync(first);

        Source.Memory = "judged up to commit-2";
        Source.Away = "half way";
        await LoadAsync(first);
        Source.Away = null;
        await LoadAsync(first);
        await LoadAsync(Start());

        Assert.Equal([null, "judged up to commit-1", "judged up to commit-1", "judged up to commit-2"], Source.Told);
    }

    [Fact]
    public async Task A_load_keeps_what_it_changed_and_no_more()
    {
        for (var i = 0; i < 10; i++)
        {
            Source[$"starter/n{i}.yaml"] = Item("1.0.0", $"starter-n{i}-standard");
        }

        var catalog = Start();
        await LoadAsync(catalog);
        Source["starter/n3.yaml"] = Item("1.1.0", "starter-n3-standard");
        Source["starter/n4.yaml"] = null;
        var load = await LoadAsync(catalog);
        await LoadAsync(catalog);

        Assert.Equal(2, Archive.Changes.Count);
        Assert.Equal("starter/n3.yaml", Assert.Single(Archive.Changes[1].Changed).File);
        Assert.Equal("starter/n4.yaml", Assert.Single(Archive.Changes[1].Removed));
        Assert.Equal((0, 1, 1), (load.Added, load.Changed, load.Removed));
    }

    [Fact]
    public async Task A_revision_without_a_changed_document_is_kept_as_such()
    {
        Source[Hello] = Item("1.0.0");
        var catalog = Start();
        await LoadAsync(catalog);
        Source["starter/none.yaml"] = null;
        await LoadAsync(catalog);

        Source.Away = "down";

        Assert.Empty(Archive.Changes[1].Changed);
        Assert.Equal("commit-2", (await LoadAsync(Start())).Snapshot.Revision);
    }
}
