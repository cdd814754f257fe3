namespace Pao.Catalog.Tests.Keeping;

/// <summary>Several processes that load one source and keep in one archive.</summary>
public sealed class SharedArchiveTests : KeepingTest
{
    [Fact]
    public async Task An_older_load_does_not_replace_what_a_newer_one_kept()
    {
        Source[Hello] = Item("1.0.0");
        var hold = Source.Held = new TestSource.Hold();
        var slow = Start();
        var loading = LoadAsync(slow);
        await hold.Reached; // it has seen 1.0.0

        Source.Held = null;
        Source[Hello] = Item("2.0.0");
        Assert.True((await LoadAsync(Start())).IsKept);
        hold.Release();
        var overtaken = await loading;

        Assert.False(overtaken.IsKept);
        Source.Away = "down";
        Assert.Equal("2.0.0", (await LoadAsync(Start())).Snapshot.Items[HelloId].Version);
    }

    [Fact]
    public async Task Whoever_is_overtaken_looks_again_and_keeps_then()
    {
        Source[Hello] = Item("1.0.0");
        var (catalog, loader) = StartHosted();
        Archive.BeforeKeep = async () =>
        {
            await LoadAsync(Start());
            Source[Hello] = Item("2.0.0");
        };

        await loader.StartAsync(Stop);
        Assert.Equal("1.0.0", catalog.Current.Items[HelloId].Version);
        await EventuallyAsync(() => Archive.Changes.Count == 2, TimeSpan.FromSeconds(1));

        Assert.Equal("2.0.0", catalog.Current.Items[HelloId].Version);
        Assert.Equal("commit-2", Archive.Changes[1].Load.Revision);
        await loader.StopAsync(Stop);
    }

    [Fact]
    public async Task Which_version_is_in_force_is_the_same_in_all_processes()
    {
        Source[Hello] = Item("1.0.0");
        var first = Start();
        var second = Start();
        await LoadAsync(first);
        await LoadAsync(second);

        Source[Hello] = Item("2.0.0");
        await LoadAsync(second); // the first process misses it
        Source[Hello] = Item("three");
        await LoadAsync(first);
        await LoadAsync(second);

        Assert.Equal("2.0.0", first.Current.Items[HelloId].Version);
        Assert.Equal(first.Current.Version, second.Current.Version);
        Assert.Equal(first.Current.Stale[Hello], second.Current.Stale[Hello]);
        Assert.True((await LoadAsync(first)).IsKept);
        Assert.Equal(3, Archive.Changes.Count);
    }

    [Fact]
    public async Task Who_started_without_the_archive_takes_the_valid_versions_from_it_later()
    {
        Source[Hello] = Item("1.0.0");
        await LoadAsync(Start());
        Source[Hello] = Item("two");
        Archive.IsAway = true;
        var catalog = Start();
        Assert.Empty((await LoadAsync(catalog)).Snapshot.Items);

        Archive.IsAway = false;
        var load = await LoadAsync(catalog);

        Assert.Equal(("1.0.0", true), (load.Snapshot.Items[HelloId].Version, load.Snapshot.Items[HelloId].IsStale));
        Assert.True(load.IsKept);
        Source.Away = "down";
        Assert.True((await LoadAsync(Start())).Snapshot.Items[HelloId].IsStale);
    }

    [Fact]
    public async Task What_could_not_be_kept_is_not_taken_back_by_what_was()
    {
        Source[Hello] = Item("1.0.0");
        var catalog = Start();
        await LoadAsync(catalog);
        Archive.IsAway = true;
        Source[Hello] = Item("2.0.0");
        await LoadAsync(catalog);

        (Source.Away, Archive.IsAway) = ("down", false);
        var behind = new TestSource { [Hello] = Item("1.5.0") };
        Assert.True((await LoadAsync(Start(behind))).IsKept);
        Assert.Equal("2.0.0", (await LoadAsync(catalog)).Snapshot.Items[HelloId].Version);

        Source.Away = null;
        Source[Hello] = Item("three");
        var load = await LoadAsync(catalog);
        Assert.Equal(("2.0.0", true), (load.Snapshot.Items[HelloId].Version, load.IsKept));
    }

    [Fact]
    public async Task Who_can_not_read_the_source_follows_those_who_can()
    {
        var away = new TestSource { Away = "no route" };
        Source[Hello] = Item("1.0.0");
        Source[Other] = Item("1.0.0", "starter-other-standard");
        var reader = Start();
        await LoadAsync(reader);
        var follower = Start(away);
        Assert.Equal(2, (await LoadAsync(follower)).Snapshot.Items.Count);

        Source[Hello] = Item("2.0.0");
        Source[Other] = null;
        await LoadAsync(reader);
        var followed = (await LoadAsync(follower)).Snapshot;

        Assert.Equal(["2.0.0"], followed.Items.Values.Select(item => item.Version));
        Assert.Equal((Source.Revision, reader.Current.Version), (followed.Revision, followed.Version));
        Assert.NotNull(followed.Outage);
    }

    [Fact]
    public async Task An_archive_from_an_older_backup_is_brought_up_to_date()
    {
        Source[Hello] = Item("1.0.0");
        var catalog = Start();
        await LoadAsync(catalog);
        Source[Hello] = Item("2.0.0");
        await LoadAsync(catalog);

        Archive.Clear();
        Assert.True((await LoadAsync(catalog)).IsKept);

        Source.Away = "down";
        Assert.Equal("2.0.0", (await LoadAsync(Start())).Snapshot.Items[HelloId].Version);
    }

    [Fact]
    public async Task After_it_was_away_nothing_is_taken_for_granted_of_an_archive()
    {
        Source[Hello] = Item("2.0.0");
        var catalog = Start();
        await LoadAsync(catalog);
        Archive.IsAway = true;
        Assert.False((await LoadAsync(catalog)).IsKept);

        Archive.IsAway = false;
        Archive.Clear();
        await LoadAsync(Start(new TestSource { [Hello] = Item("1.0.0") })); // so that the number is the same again
        Assert.True((await LoadAsync(catalog)).IsKept);

        Source.Away = "down";
        Assert.Equal("2.0.0", (await LoadAsync(Start())).Snapshot.Items[HelloId].Version);
    }

    [Fact]
    public async Task A_swap_is_told_once_and_in_order()
    {
        Source[Hello] = Item("1.0.0");
        var catalog = Start();
        var told = new List<string>();
        catalog.Swapped += snapshot =>
        {
            Assert.Same(snapshot, catalog.Current);
            told.Add(snapshot.Version);
        };

        List<string> expected = [];
        for (var i = 0; i < 3; i++)
        {
            Source[Hello] = Item($"1.{i}.0");
            expected.Add((await LoadAsync(catalog)).Snapshot.Version);
            await LoadAsync(catalog);
            Source.Away = "down";
            await LoadAsync(catalog);
            Source.Away = null;
        }

        Assert.Equal(expected, told);
    }
}
