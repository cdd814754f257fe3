using System.Text.Json.Nodes;
using Pao.Audit;
using Pao.EndToEnd.Tests.Programs;

namespace Pao.EndToEnd.Tests;

/// <summary>Processes die at any moment; what was accepted is completed, and no effect happens twice.</summary>
public sealed class KillTests : EndToEndTest
{
    private const int Requests = 200;
    private const int BundleEvery = 10;
    private const int Kills = 20;

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task Two_hundred_requests_survive_twenty_kills(string store)
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var pao = Pao(await NewDatabaseAsync(store));
        await pao.StartAsync();

        var submitting = SubmitAllAsync(pao);
        var kills = 0;
        while (kills < Kills)
        {
            await MomentAsync(random.Next(50, 900));
            await pao.KillAsync();
            kills++;
            await pao.StartAsync();
        }

        var ids = await submitting;
        Assert.Equal(Requests, ids.Distinct().Count());
        foreach (var (index, id) in ids.Index())
        {
            await pao.Api.AssertCompletesAsync(id);
            await Work(index).AssertHistoriesAsync(pao.Api, id);
        }

        await AssertEffectsAsync(ids.Select((id, index) => (id, Work(index).Actions)));
        await AssertAuditAsync(pao, ids);
    }

    /// <summary>Every request that was accepted is in the audit once, and the chain holds against the heads that the process told between its deaths.</summary>
    private static async Task AssertAuditAsync(PaoProcess pao, List<string> ids)
    {
        List<string> lines = [];
        await Until.TrueAsync(
            async () =>
            {
                lines = await ExportAsync(pao);
                return lines.TrueForAll(line => line.Contains(AuditChain.SealName, StringComparison.Ordinal));
            },
            () => $"all entries have their places, but {lines.Count(line => !line.Contains(AuditChain.SealName, StringComparison.Ordinal))}");
        var folder = Path.Combine(pao.Data, "audit-heads");
        using var key = HeadKey.FromPem(await File.ReadAllTextAsync(Directory.GetFiles(folder, "*.pem").Single()));
        var heads = AuditHeads.Read(Directory.GetFiles(folder, "*.jsonl").Select(file => (file, File.ReadLines(file))), [key]);

        var report = await new AuditVerification(heads).VerifyAsync(new StringReader(string.Join('\n', lines)), TestContext.Current.CancellationToken);

        Assert.Empty(report.Findings);
        Assert.True(heads.Count >= 2, $"There are {heads.Count} heads: the chain was held against nothing.");
        var submitted = lines.Select(line => JsonNode.Parse(line)!)
            .Where(record => (string?)record["eventName"] is "request.submit")
            .Select(record => (string?)record["requestID"])
            .ToList();
        Assert.Equal(ids.Order(StringComparer.Ordinal), submitted.Order(StringComparer.Ordinal));
    }

    private static async Task<List<string>> ExportAsync(PaoProcess pao)
    {
        using var answer = await pao.Api.SendAsync(HttpMethod.Get, "/audit/export");
        answer.EnsureSuccessStatusCode();
        return [.. (await answer.Content.ReadAsStringAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries)];
    }

    [Fact]
    public async Task Of_two_processes_one_is_killed_and_the_other_finishes_its_work()
    {
        var database = await NewDatabaseAsync("postgres");
        var (first, second) = await StartTwoAsync(database);
        var ids = await Task.WhenAll(Enumerable.Range(0, 30).Select(i =>
            (i % 2 == 0 ? first : second).Api.SubmitAsync("testing-three-steps", Named($"two-{i}"))));

        await first.KillAsync();

        foreach (var id in ids)
            await second.Api.AssertCompletesAsync(id);
        await AssertEffectsAsync(ids, "first", "second", "third");
        foreach (var id in ids)
            await AssertHistoryAsync(second.Api, id);
    }

    [Fact]
    public async Task A_process_that_sleeps_through_its_lease_changes_nothing_when_it_wakes()
    {
        var database = await NewDatabaseAsync("postgres");
        var (first, second) = await StartTwoAsync(database);
        var ids = await Task.WhenAll(Enumerable.Range(0, 30).Select(i => first.Api.SubmitAsync("testing-three-steps", Named($"sleep-{i}"))));

        await first.SignalAsync("STOP");
        foreach (var id in ids)
            await second.Api.AssertCompletesAsync(id);
        foreach (var id in ids)
            await AssertHistoryAsync(second.Api, id); // its orchestration ends a moment after the request
        var before = await Task.WhenAll(ids.Select(async id => (await second.Api.HistoryAsync(id)).Count));
        await first.SignalAsync("CONT");
        await first.WaitUntilReadyAsync();
        var fresh = await first.Api.SubmitAsync("testing-three-steps", Named("after"));

        Assert.Equal("completed", await first.Api.EndOfAsync(fresh));
        Assert.Equal(before, await Task.WhenAll(ids.Select(async id => (await second.Api.HistoryAsync(id)).Count)));
        await AssertEffectsAsync([.. ids, fresh], "first", "second", "third");
    }

    private async Task<(PaoProcess First, PaoProcess Second)> StartTwoAsync(string? database)
    {
        var first = Pao(database, "first");
        var second = Pao(database, "second");
        await first.StartAsync();
        await second.StartAsync();
        return (first, second);
    }

    private static async Task<List<string>> SubmitAllAsync(PaoProcess pao)
    {
        List<string> ids = [];
        foreach (var some in Enumerable.Range(0, Requests).Chunk(8))
            ids.AddRange(await Task.WhenAll(some.Select(i =>
                pao.Api.SubmitUntilAcceptedAsync(Work(i).Item, Named($"kill-{i}"), $"kill-{i}"))));
        return ids;
    }

    private static Workload Work(int index) => (index % BundleEvery) switch
    {
        0 => Workload.Bundle,
        5 => Workload.Effects,
        _ => Workload.ThreeSteps,
    };

    /// <summary>Random points in time are what the kills are to hit.</summary>
    private static async Task MomentAsync(int milliseconds)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(milliseconds));
        await timer.WaitForNextTickAsync(TestContext.Current.CancellationToken);
    }
}
