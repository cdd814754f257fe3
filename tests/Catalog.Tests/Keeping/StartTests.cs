namespace Pao.Catalog.Tests.Keeping;

/// <summary>The host's start, and what is tried again after it.</summary>
public sealed class StartTests : KeepingTest
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task A_start_waits_for_its_source_only_so_long_and_takes_it_when_it_comes()
    {
        Source[Hello] = Item("1.0.0");
        await LoadAsync(Start());
        Source[Hello] = Item("2.0.0");
        var hold = Source.Held = new TestSource.Hold();
        var (catalog, loader) = StartHosted();

        var start = loader.StartAsync(Stop);
        await hold.Reached;
        Assert.False(start.IsCompleted);
        Assert.False(catalog.Current.IsLoaded);
        Clock.Advance(TimeSpan.FromSeconds(10));
        await start;

        Assert.Equal(("1.0.0", true), (catalog.Current.Items[HelloId].Version, catalog.Current.IsRestored));
        Assert.Equal("The source has not answered within 10 s.", catalog.Current.Outage?.Reason);

        Source.Held = null;
        hold.Release();
        await EventuallyAsync(() => catalog.Current.Outage is null, TimeSpan.Zero);
        Assert.Equal(("2.0.0", false), (catalog.Current.Items[HelloId].Version, catalog.Current.IsRestored));
        await loader.StopAsync(Stop);
    }

    [Fact]
    public async Task A_source_that_answers_in_the_last_moment_is_not_replaced_by_what_was_kept()
    {
        Source[Hello] = Item("1.0.0");
        var catalog = Start();
        var loaded = (await LoadAsync(catalog)).Snapshot;

        catalog.ServeKept("The source has not answered.");

        Assert.Same(loaded, catalog.Current);
    }

    [Fact]
    public async Task A_source_that_is_away_is_tried_again_until_it_comes()
    {
        Source[Hello] = Item("1.0.0");
        await LoadAsync(Start());
        Source.Away = "down";
        var (catalog, loader) = StartHosted();
        await loader.StartAsync(Stop);
        Assert.True(catalog.Current.IsRestored);
        var since = catalog.Current.Outage?.Since;

        await EventuallyAsync(() => Source.Told.Count >= 5, Second);
        Assert.Equal(since, catalog.Current.Outage?.Since);
        Source.Away = null;
        await EventuallyAsync(() => catalog.Current.Outage is null, Second);

        Assert.False(catalog.Current.IsRestored);
        Assert.Empty(catalog.Current.Findings);
        await loader.StopAsync(Stop);
    }

    [Fact]
    public async Task A_source_that_is_away_is_asked_ever_more_rarely()
    {
        Source.Away = "down";
        var (_, loader) = StartHosted();
        await loader.StartAsync(Stop);
        await EventuallyAsync(() => Source.Told.Count >= 8, Second);
        var (calls, before) = (Source.Told.Count, Clock.GetUtcNow());

        await EventuallyAsync(() => Source.Told.Count > calls, Second);

        Assert.InRange(Clock.GetUtcNow() - before, TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(10)); // the clock goes on while a busy machine does not
        await loader.StopAsync(Stop);
    }

    [Fact]
    public async Task A_load_that_could_not_be_kept_is_kept_later()
    {
        Source[Hello] = Item("1.0.0");
        Archive.IsAway = true;
        var (catalog, loader) = StartHosted();
        await loader.StartAsync(Stop);
        Assert.Equal("1.0.0", catalog.Current.Items[HelloId].Version);
        Assert.Null(catalog.Current.Outage);
        Assert.Empty(catalog.Current.Findings);

        Archive.IsAway = false;
        await EventuallyAsync(() => Archive.Changes.Count > 0, Second);

        Assert.Equal(Hello, Assert.Single(Archive.Changes[0].Changed).File);
        await loader.StopAsync(Stop);
    }

    [Fact]
    public async Task Without_its_source_a_start_takes_what_was_kept_also_when_that_can_only_be_read_later()
    {
        Source[Hello] = Item("1.0.0");
        await LoadAsync(Start());
        (Source.Away, Archive.IsAway) = ("down", true);
        var (catalog, loader) = StartHosted();
        await loader.StartAsync(Stop);
        Assert.False(catalog.Current.IsLoaded);

        Archive.IsAway = false;
        await EventuallyAsync(() => catalog.Current.IsLoaded, Second);

        Assert.True(catalog.Current.IsRestored);
        await loader.StopAsync(Stop);
    }

    [Fact]
    public async Task A_stop_ends_a_load_that_waits_for_its_source()
    {
        var hold = Source.Held = new TestSource.Hold();
        var (_, loader) = StartHosted();
        var start = loader.StartAsync(Stop);
        await hold.Reached;
        Clock.Advance(TimeSpan.FromSeconds(10));
        await start;

        await loader.StopAsync(Stop).WaitAsync(TimeSpan.FromSeconds(10), Stop);
    }

    [Fact]
    public async Task A_source_that_never_answers_is_given_up_and_asked_again()
    {
        var hold = Source.Held = new TestSource.Hold();
        Source[Hello] = Item("1.0.0");
        var (catalog, loader) = StartHosted();
        var start = loader.StartAsync(Stop);
        await hold.Reached;
        Clock.Advance(TimeSpan.FromSeconds(10));
        await start;

        Source.Held = null;
        await EventuallyAsync(() => catalog.Current.Items.Count == 1, TimeSpan.FromSeconds(10));
        await loader.StopAsync(Stop);
    }
}
