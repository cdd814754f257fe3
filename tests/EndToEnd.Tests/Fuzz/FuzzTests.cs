using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json.Nodes;
using Pao.EndToEnd.Tests.Programs;

namespace Pao.EndToEnd.Tests.Fuzz;

/// <summary>
/// Every operation of the OpenAPI document, called as it says and as it does not say: no 5xx, no hang, no growth.
/// <c>tests/fuzz --minutes 10 --seed 7</c> does it for longer.
/// </summary>
[Collection(nameof(Alone))]
public sealed class FuzzTests : EndToEndTest
{
    private const int Lanes = 4;
    private const int MostFindings = 20;
    private const int GoodInTen = 4;
    private const int Broken = 9;

    private static readonly TimeSpan Slow = TimeSpan.FromSeconds(5);

    private static TimeSpan Duration => TimeSpan.FromSeconds(Number("PAO_FUZZ_SECONDS") ?? 20);

    private readonly ConcurrentDictionary<string, int> _outcomes = new();
    private readonly ConcurrentDictionary<string, int> _succeeded = new();
    private readonly ConcurrentQueue<string> _findings = new();
    private readonly ConcurrentQueue<Call> _latest = new();
    private long _calls;
    private long _slowest;

    [Fact]
    public async Task Whatever_is_sent_to_any_operation_is_answered_in_time_and_with_no_5xx_and_nothing_grows()
    {
        var seed = Number("PAO_FUZZ_SEED") ?? Environment.TickCount;
        var prepared = TimeProvider.System.GetTimestamp();
        CopyFolder(Repository.SampleCatalog, Folder("catalog"));
        CopyFolder(Repository.TestCatalog, Folder("catalog"));
        var store = Environment.GetEnvironmentVariable("PAO_FUZZ_STORE") ?? "postgres";
        var pao = Own(new PaoProcess(Sandbox, Folder("data"), await NewDatabaseAsync(store), Folder("catalog")));
        await Sandbox.SetJiraAsync(new { auto_resolve_milliseconds = 500 });
        pao.Set("Pao__Escalation__Config__ticket__project", "PLAT");
        pao.Set("Pao__Escalation__Config__ticket__summaryTemplate", "{{ metadata.name }} failed");
        pao.Set("Pao__Webhooks__GitLabToken", WebhookSignature.GitLabToken);
        await pao.StartAsync();
        var operations = Operation.ReadAll(JsonNode.Parse(await new HttpClient().GetStringAsync(new Uri($"{pao.Url}/openapi/v1.json"), Cancellation))!);
        var ids = await PrepareAsync(pao);

        Say($"prepared in {TimeProvider.System.GetElapsedTime(prepared).TotalSeconds:0} s");
        var begun = TimeProvider.System.GetTimestamp();
        using var over = new CancellationTokenSource(Duration);
        var lanes = Enumerable.Range(0, Lanes).Select(lane => LaneAsync(pao, operations, new Random(seed + lane), ids, over.Token)).ToList();
        var samples = await WatchAsync(pao, over.Token);
        await Task.WhenAll(lanes);
        Assert.False(pao.HasExited, $"seed {seed}: the process ended; its last calls:\n{string.Join("\n\n", _latest.TakeLast(Lanes))}\n\n{pao.Output}");

        Say($"seed {seed}: {_calls} calls of {operations.Count} operations in {TimeProvider.System.GetElapsedTime(begun).TotalSeconds:0} s, slowest {_slowest} ms; "
            + string.Join(", ", _outcomes.OrderBy(one => one.Key).Select(one => $"{one.Key}: {one.Value}")));
        Say($"from {samples[0]} to {samples[^1]}");
        Assert.True(_findings.IsEmpty, $"seed {seed}:\n{string.Join("\n\n", _findings)}\n\n{pao.Output}");
        await pao.WaitUntilReadyAsync();
        AssertNoGrowth(samples);
        AssertReach(operations);
        await Sandbox.BreakAsync(0);
        await pao.Api.AssertCompletesAsync(await pao.Api.SubmitAsync("testing-three-steps", Named("after all that")));
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static int? Number(string variable) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out var number) ? number : null;

    private static void Say(string line) => TestContext.Current.TestOutputHelper?.WriteLine(line);

    /// <summary>Requests that are completed and that have failed, a principal, a key: what calls can be about.</summary>
    private async Task<Dictionary<string, List<string>>> PrepareAsync(PaoProcess pao)
    {
        List<string> requests = [];
        for (var i = 0; i < 3; i++)
            requests.Add(await pao.Api.SubmitAsync("testing-three-steps", Named($"fuzz-{i}")));
        foreach (var id in requests)
            await pao.Api.AssertCompletesAsync(id);
        await Sandbox.BreakAsync(1);
        for (var i = 0; i < Broken; i++)
            requests.Add(await pao.Api.SubmitAsync("testing-three-steps", Named($"broken-{i}")));
        foreach (var id in requests.TakeLast(Broken))
            Assert.Equal("failed", await pao.Api.EndOfAsync(id));
        await Sandbox.BreakAsync(0.2);

        using var made = await pao.Api.SendAsync(HttpMethod.Put, "/principals/fuzz", new JsonObject { ["roles"] = new JsonArray("operator"), ["teams"] = new JsonArray("fuzz") });
        Assert.True(made.IsSuccessStatusCode, await made.Content.ReadAsStringAsync(Cancellation));
        using var key = await pao.Api.SendAsync(HttpMethod.Post, "/principals/fuzz/keys", new JsonObject());
        var keyId = (string?)JsonNode.Parse(await key.Content.ReadAsStringAsync(Cancellation))?["id"];
        var items = (await pao.Api.GetAsync("/catalog?limit=200"))["data"]!.AsArray().Select(item => (string)item!["id"]!).ToList();
        var actions = (await pao.Api.GetAsync($"/requests/{requests[0]}"))["actions"]!.AsArray().Select(action => (string)action!["id"]!).ToList();
        return new()
        {
            ["requests"] = requests, ["orchestrations"] = requests, ["catalog"] = items, ["principals"] = ["fuzz"],
            ["actionId"] = actions, ["keyId"] = keyId is null ? [] : [keyId],
        };
    }

    private async Task LaneAsync(
        PaoProcess pao, IReadOnlyList<Operation> operations, Random random, Dictionary<string, List<string>> ids, CancellationToken over)
    {
        var port = new Uri(pao.Url).Port;
        var key = (await File.ReadAllTextAsync(Path.Combine(pao.Data, "access-key"), Cancellation)).Trim();
        var caller = new Caller(random, key, ids.ToDictionary(one => one.Key, one => one.Value.ToList()));
        for (var i = random.Next(operations.Count); !over.IsCancellationRequested && _findings.Count < MostFindings && !pao.HasExited; i++)
        {
            var operation = operations[i % operations.Count];
            var isGood = random.Next(10) < GoodInTen;
            var call = caller.Make(operation, isGood);
            _latest.Enqueue(call);
            if (_latest.Count > 2 * Lanes)
                _latest.TryDequeue(out _);
            var (outcome, answer) = await JudgeAsync(call, port);
            caller.Learn(operation, answer);
            _outcomes.AddOrUpdate(outcome, 1, (_, count) => count + 1);
            if (outcome == "2xx")
                _succeeded.AddOrUpdate(operation.Name, 1, (_, count) => count + 1);
            Interlocked.Increment(ref _calls);
        }
    }

    /// <summary>What came of a call. One that was slow, or had no answer, is made once more: this machine has other things to do.</summary>
    private async Task<(string Outcome, Answer? Answer)> JudgeAsync(Call call, int port)
    {
        var (answer, time) = await TimedAsync(call, port);
        if (time > Slow || (answer is null && call.Body.Length < 1 << 20))
            (answer, time) = await TimedAsync(call, port);
        InterlockedMax(ref _slowest, (long)time.TotalMilliseconds);

        var outcome = answer switch
        {
            null => "closed",
            { Status: 429 } => "429",
            { Status: 503 } when answer.HasHeader("Retry-After") => "503 with Retry-After",
            { Status: >= 200 and < 500 } => $"{answer.Status / 100}xx",
            _ => $"{answer.Status}",
        };
        if (time > Slow)
            _findings.Enqueue($"no whole answer within {time.TotalSeconds:0.0} s:\n{call}");
        else if (outcome.Length == 3 && (outcome[0] is '5' or '0' or '1') && outcome != "1xx" || (outcome == "closed" && call.Body.Length < 1 << 20))
            _findings.Enqueue($"{outcome}: {answer?.Text}\nto:\n{call}");
        return (outcome, answer);
    }

    private static async Task<(Answer? Answer, TimeSpan Time)> TimedAsync(Call call, int port)
    {
        var begun = TimeProvider.System.GetTimestamp();
        using var patience = new CancellationTokenSource(4 * Slow);
        try
        {
            return (await call.SendAsync(port, patience.Token), TimeProvider.System.GetElapsedTime(begun));
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested)
        {
            return (null, 4 * Slow);
        }
    }

    private static void InterlockedMax(ref long most, long value)
    {
        for (var seen = Interlocked.Read(ref most); value > seen; seen = Interlocked.Read(ref most))
            Interlocked.CompareExchange(ref most, value, seen);
    }

    /// <summary>Forty looks at the process while it is called, and one when it has come to rest.</summary>
    private static async Task<IReadOnlyList<Vitals>> WatchAsync(PaoProcess pao, CancellationToken over)
    {
        List<Vitals> samples = [];
        using var timer = new PeriodicTimer(Duration / 40);
        while (!over.IsCancellationRequested && !pao.HasExited)
        {
            await timer.WaitForNextTickAsync(Cancellation);
            if (pao.HasExited || Vitals.Of(pao.Id) is not { } sample)
                break;

            samples.Add(sample);
            if (samples.Count % 10 == 0)
                Say($"{sample}");
        }

        return samples;
    }

    /// <summary>From the second quarter, when it is warm, to the last one.</summary>
    private static void AssertNoGrowth(IReadOnlyList<Vitals> samples)
    {
        var (before, after) = (samples.Skip(samples.Count / 4).Take(samples.Count / 4).ToList(), samples.Skip(samples.Count * 3 / 4).ToList());
        var isShort = Duration < TimeSpan.FromMinutes(2);
        Assert.InRange(Median(after, one => one.Files), 0, Median(before, one => one.Files) + 30);
        Assert.InRange(Median(after, one => one.Threads), 0, Median(before, one => one.Threads) + 20);
        Assert.InRange(Median(after, one => one.Mebibytes), 0, Median(before, one => one.Mebibytes) * (isShort ? 2 : 1.25) + 64);
    }

    private static double Median(IEnumerable<Vitals> samples, Func<Vitals, int> of) => samples.Select(of).Order().ElementAt(samples.Count() / 2);

    /// <summary>Calls that only ever meet the first check would prove nothing.</summary>
    private void AssertReach(IReadOnlyList<Operation> operations)
    {
        var never = operations.Select(operation => operation.Name).Except(_succeeded.Keys).ToList();
        Say($"never with success: {string.Join(", ", never)}");
        Assert.InRange(_outcomes.GetValueOrDefault("2xx"), _calls / 10, _calls);
        Assert.InRange(_succeeded.Count, operations.Count / 2, operations.Count);
        Assert.True(_calls > operations.Count * 3, $"only {_calls} calls");
    }
}
