using Microsoft.Extensions.Time.Testing;
using Pao.Activities.Tests;

namespace Pao.Catalog.Tests.Sources;

/// <summary>Hosts in trouble, and hosts that say when they are asked too often. A sandbox of its own: faults are for all its callers.</summary>
public sealed class GitHostFailureTests : IAsyncLifetime
{
    private readonly SandboxProcess _sandbox = new();

    public static TheoryData<string> Hosts => GitSourceTests.Hosts;

    public ValueTask InitializeAsync() => _sandbox.InitializeAsync();

    public ValueTask DisposeAsync() => _sandbox.DisposeAsync();

    [Theory]
    [MemberData(nameof(Hosts))]
    public async Task Errors_of_the_host_leave_what_was_loaded_and_the_next_load_finds_what_was_missed(string host)
    {
        using var origin = await Origin.CreateAsync(_sandbox, host);
        await origin.PushAsync("alice", ("starter/a.yaml", OriginCatalog.Item("starter-a-standard")));
        using var catalog = origin.Catalog();
        var before = await catalog.LoadAsync();
        await origin.PushAsync("alice", ("starter/a.yaml", OriginCatalog.Item("starter-a-standard", "2.0.0")));

        foreach (var status in new[] { 500, 502, 403, 401, 0, 200, 204, 301, 404, 418 })
        {
            await origin.FailAsync(1, status);
            var during = await catalog.LoadAsync();
            Assert.Equal((before.Revision, "1.0.0"), (during.Revision, during.Items["starter-a-standard"].Version));
            Assert.Equal("source.unavailable", Assert.Single(during.Findings).Rule);
            Assert.DoesNotContain(origin.Token, during.Findings[0].Message, StringComparison.Ordinal);
        }

        await origin.FailAsync(0);
        var after = await catalog.LoadAsync();
        Assert.Equal("2.0.0", after.Items["starter-a-standard"].Version);
        Assert.Empty(after.Findings);
    }

    [Theory]
    [MemberData(nameof(Hosts))]
    public async Task A_document_that_the_host_lists_and_does_not_give_out_is_not_taken_for_deleted(string host)
    {
        using var origin = await Origin.CreateAsync(_sandbox, host);
        await origin.PushAsync("alice", ("starter/a.yaml", OriginCatalog.Item("starter-a-standard")));
        using var catalog = origin.Catalog();
        await catalog.LoadAsync();
        await origin.PushAsync("alice", ("starter/a.yaml", OriginCatalog.Item("starter-a-standard", "2.0.0")));
        await origin.FailAsync(1, 404, host == Origin.GitHub ? $"/repos/{origin.Name}/git/blobs" : $"/projects/{Uri.EscapeDataString(origin.Name)}/repository/blobs");

        var during = await catalog.LoadAsync();

        Assert.Equal("1.0.0", during.Items["starter-a-standard"].Version);
        Assert.Equal("source.unavailable", Assert.Single(during.Findings).Rule);
    }

    [Theory]
    [MemberData(nameof(Hosts))]
    public async Task An_error_that_passes_costs_nothing_but_another_try(string host)
    {
        using var origin = await Origin.CreateAsync(_sandbox, host);
        await origin.PushAsync("alice", [.. Enumerable.Range(0, 20).Select(number => ($"starter/n{number}.yaml", (string?)OriginCatalog.Item($"starter-n{number}-standard")))]);
        using var catalog = origin.Catalog();
        await origin.FailAsync(0.1, 503, seed: 7); // the 4th call, the 7th and the 20th: one in ten by chance is sometimes none of them

        var tries = 0;
        while ((await catalog.LoadAsync()).Items.Count < 20)
        {
            Assert.InRange(++tries, 1, 5);
        }

        await origin.FailAsync(0);
        Assert.Contains(await origin.CallsAsync(), call => call.Status == 503);
    }

    [Theory]
    [MemberData(nameof(Hosts))]
    public async Task A_load_that_fails_half_way_changes_nothing_and_does_not_fetch_twice(string host)
    {
        using var origin = await Origin.CreateAsync(_sandbox, host);
        (string, string?)[] Documents(string version) => [.. Enumerable.Range(0, 10).Select(number =>
            ($"starter/n{number}.yaml", (string?)OriginCatalog.Item($"starter-n{number}-standard", version)))];
        await origin.PushAsync("alice", Documents("1.0.0"));
        using var catalog = origin.Catalog();
        await catalog.LoadAsync();
        await origin.PushAsync("alice", Documents("2.0.0"));

        // Head and tree, and then five of ten blobs.
        var before = (await origin.CallsAsync()).Count;
        await origin.LimitAsync(new { token = origin.Token, remaining = 7, reset_after = 2 });
        var during = await catalog.LoadAsync();
        Assert.All(during.Items.Values, item => Assert.Equal("1.0.0", item.Version));
        Assert.Equal("source.unavailable", Assert.Single(during.Findings).Rule);
        Assert.Equal(7, (await origin.CallsAsync()).Skip(before).Count(call => call.Status == 200));

        // While the window lasts nothing is asked at all.
        var asked = (await origin.CallsAsync()).Count;
        Assert.Contains("rate limit", (await catalog.LoadAsync()).Findings[0].Message, StringComparison.Ordinal);
        Assert.Equal(asked, (await origin.CallsAsync()).Count);

        await catalog.StartAsync(TestContext.Current.CancellationToken);
        var after = await catalog.UntilAsync(snapshot => snapshot.Items.Values.All(item => item.Version == "2.0.0"));
        Assert.Empty(after.Findings);
        Assert.Equal(10, (await origin.CallsAsync()).Skip(before).Count(call => call.Path.Contains("/blobs/", StringComparison.Ordinal) && call.Status == 200));
        await catalog.StopAsync(TestContext.Current.CancellationToken);
    }

    [Theory]
    [MemberData(nameof(Hosts))]
    public async Task A_host_that_asks_to_be_left_alone_is_left_alone_so_long(string host)
    {
        using var origin = await Origin.CreateAsync(_sandbox, host);
        await origin.PushAsync("alice", ("starter/a.yaml", OriginCatalog.Item("starter-a-standard")));
        using var catalog = origin.Catalog();
        await origin.LimitAsync(new { token = origin.Token, secondary_calls = 1, retry_after = 1 });

        Assert.Contains("rate limit", (await catalog.LoadAsync()).Findings[0].Message, StringComparison.Ordinal);
        await catalog.LoadAsync();
        Assert.Single(await origin.CallsAsync());

        await catalog.StartAsync(TestContext.Current.CancellationToken);
        await catalog.UntilAsync(snapshot => snapshot.Items.Count == 1);
        await catalog.StopAsync(TestContext.Current.CancellationToken);
    }

    [Theory]
    [MemberData(nameof(Hosts))]
    public async Task A_host_that_is_down_or_silent_holds_nothing_up_for_long(string host)
    {
        var clock = new FakeTimeProvider(TestCatalog.Now);
        var mortal = new SandboxProcess();
        await mortal.InitializeAsync();
        using var origin = await Origin.CreateAsync(mortal, host);
        await origin.PushAsync("alice", ("starter/a.yaml", OriginCatalog.Item("starter-a-standard")));
        using var catalog = origin.Catalog(clock);
        Assert.Single((await catalog.LoadAsync()).Items);

        await origin.HangAsync(1);
        var calls = (await origin.CallsAsync()).Count;
        var load = catalog.LoadAsync();
        while ((await origin.CallsAsync()).Count == calls)
        {
            Assert.False(load.IsCompleted, "The host has not answered.");
        }

        clock.Advance(TimeSpan.FromSeconds(16));
        var silent = await load;
        Assert.Single(silent.Items);
        Assert.Contains("did not answer", Assert.Single(silent.Findings).Message, StringComparison.Ordinal);

        await mortal.DisposeAsync();
        var again = catalog.LoadAsync();
        using var pauses = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!again.IsCompleted)
        {
            clock.Advance(TimeSpan.FromMilliseconds(250));
            await pauses.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }

        var down = await again;
        Assert.Single(down.Items);
        Assert.Contains("can not be reached", Assert.Single(down.Findings).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_is_read_of_a_source_that_the_settings_do_not_describe()
    {
        using var origin = await Origin.CreateAsync(_sandbox, Origin.GitHub);
        foreach (var (key, value, named) in new[]
        {
            ("Pao:Catalog:Source", "svn", "Pao:Catalog:Source"),
            ("Repository", "catalog", "Pao:Catalog:GitHub:Repository"),
            ("Repository", "acme/../secrets", "Pao:Catalog:GitHub:Repository"),
            ("Branch", "", "Pao:Catalog:GitHub:Branch"),
            ("Branch", "refs/heads/main", "Pao:Catalog:GitHub:Branch"),
            ("Folder", "a/../b", "Pao:Catalog:GitHub:Folder"),
            ("Api", "api.github.com", "Pao:Catalog:GitHub:Api"),
            ("Api", "ftp://github.com", "Pao:Catalog:GitHub:Api"),
        })
        {
            using var catalog = origin.Catalog((key, value));
            var failure = await Assert.ThrowsAnyAsync<Exception>(() => catalog.StartAsync(TestContext.Current.CancellationToken));
            Assert.Contains(named, failure.Message, StringComparison.Ordinal);
        }

        Assert.Empty(await origin.CallsAsync());
    }
}
