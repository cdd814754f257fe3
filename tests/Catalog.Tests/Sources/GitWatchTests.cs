using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Pao.Activities.Tests;
using Pao.Catalog.Sources;

namespace Pao.Catalog.Tests.Sources;

/// <summary>How a push comes into force without anybody asking.</summary>
[Collection(nameof(Alone))]
public sealed class GitWatchTests(SandboxProcess sandbox) : IClassFixture<SandboxProcess>
{
    public static TheoryData<string> Hosts => GitSourceTests.Hosts;

    [Theory]
    [MemberData(nameof(Hosts))]
    public async Task A_push_is_found_without_any_notice_and_looking_for_it_costs_nothing(string host)
    {
        using var origin = await Origin.CreateAsync(sandbox, host);
        await origin.PushAsync("alice", ("starter/a.yaml", OriginCatalog.Item("starter-a-standard")));
        using var catalog = origin.Catalog(("Pao:Catalog:PollInterval", "00:00:01"));
        await catalog.StartAsync(TestContext.Current.CancellationToken);
        await Until(async () => (await origin.CallsAsync()).Count(call => call.Status == 304) >= 2);

        var pushed = await origin.PushAsync("alice", ("starter/a.yaml", OriginCatalog.Item("starter-a-standard", "2.0.0")));

        await catalog.UntilAsync(snapshot => snapshot.Revision == pushed);
        await Until(async () => (await origin.StatusesAsync()).Count == 2);
        await catalog.StopAsync(TestContext.Current.CancellationToken);
    }

    [Theory]
    [MemberData(nameof(Hosts))]
    public async Task A_push_that_somebody_tells_of_is_in_force_within_a_second(string host)
    {
        using var origin = await Origin.CreateAsync(sandbox, host);
        await origin.PushAsync("alice", ("starter/a.yaml", OriginCatalog.Item("starter-a-standard")));
        using var catalog = origin.Catalog(("Pao:Catalog:PollInterval", "01:00:00"));
        await catalog.StartAsync(TestContext.Current.CancellationToken);
        var services = catalog.Services.GetRequiredService<ServiceCatalog>();
        var kind = host == Origin.GitHub ? SourceKind.GitHub : SourceKind.GitLab;

        Assert.False(services.Notice(new SourcePush(kind, origin.Name, "other", "1")));
        Assert.False(services.Notice(new SourcePush(kind, "acme/other", "main", "1")));
        Assert.False(services.Notice(new SourcePush(SourceKind.Folder, origin.Name, "main", "1")));

        // The best of three: what is measured is not what else the machine does.
        var times = new List<TimeSpan>();
        for (var version = 2; version <= 4; version++)
        {
            var pushed = await origin.PushAsync("alice", ("starter/a.yaml", OriginCatalog.Item("starter-a-standard", $"{version}.0.0")));
            var started = Stopwatch.GetTimestamp();
            Assert.True(services.Notice(new SourcePush(kind, origin.Name, "main", pushed)));
            await catalog.UntilAsync(snapshot => snapshot.Revision == pushed);
            times.Add(Stopwatch.GetElapsedTime(started));
        }

        Assert.InRange(times.Min(), TimeSpan.Zero, TimeSpan.FromSeconds(1));
        await catalog.StopAsync(TestContext.Current.CancellationToken);
    }

    [Theory]
    [MemberData(nameof(Hosts))]
    public async Task A_reader_never_sees_half_of_a_push(string host)
    {
        using var origin = await Origin.CreateAsync(sandbox, host);
        (string, string?)[] Documents(int version) => [.. Enumerable.Range(0, 8).Select(number =>
            ($"starter/n{number}.yaml", (string?)OriginCatalog.Item($"starter-n{number}-standard", $"{version}.0.0")))];
        await origin.PushAsync("alice", Documents(1));
        using var process = origin.Catalog(("Pao:Catalog:PollInterval", "00:00:01"));
        await process.StartAsync(TestContext.Current.CancellationToken);
        var catalog = process.Services.GetRequiredService<ServiceCatalog>();

        using var done = new CancellationTokenSource();
        var seen = new HashSet<string>();
        var reader = Task.Factory.StartNew(
            () =>
            {
                bool isLast;
                do
                {
                    isLast = done.IsCancellationRequested;
                    seen.Add(string.Join(' ', catalog.Current.Items.Values.Select(item => item.Version).Distinct()));
                }
                while (!isLast);
            },
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        for (var version = 2; version <= 4; version++)
        {
            var pushed = await origin.PushAsync("alice", Documents(version));
            catalog.Notice(new SourcePush(host == Origin.GitHub ? SourceKind.GitHub : SourceKind.GitLab, origin.Name, "main", pushed));
            await process.UntilAsync(snapshot => snapshot.Revision == pushed);
        }

        await done.CancelAsync();
        await reader;
        Assert.Contains("4.0.0", seen);
        Assert.DoesNotContain(seen, versions => versions.Contains(' '));
        await process.StopAsync(TestContext.Current.CancellationToken);
    }

    private static async Task Until(Func<Task<bool>> isSo)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        over.CancelAfter(TimeSpan.FromSeconds(30));
        using var look = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (!await isSo())
        {
            await look.WaitForNextTickAsync(over.Token);
        }
    }
}
