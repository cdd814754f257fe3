using System.Net;
using System.Text.Json.Nodes;
using Pao.EndToEnd.Tests.Programs;

namespace Pao.EndToEnd.Tests.Telemetry;

/// <summary>One request is one trace, from the call that makes it to the systems that its actions call, whatever dies in between.</summary>
public sealed class TraceTests : EndToEndTest
{
    private const string Trace = "4bf92f3577b34da6a3ce929d0e0e4736";
    private const string Caller = "00f067aa0ba902b7";
    private const string Sampled = $"00-{Trace}-{Caller}-01";

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task A_request_is_one_connected_trace_across_a_kill_in_the_middle(string store)
    {
        var collector = Own(new OtlpCollector());
        var pao = Pao(await NewDatabaseAsync(store));
        await pao.StartAsync(collector.Settings);
        await Sandbox.FaultAsync("POST /flaky/2/resources/second", "hang_after", skip: 2);

        var id = await SubmitAsync(pao);
        await Until.TrueAsync(
            async () => Spans(collector, "POST").Count > 3 && Spans(collector, "activity:ExecuteAction").Count > 2 && collector.Spans.Any(IsCall)
                && (await Sandbox.LedgerAsync()).Any(entry => entry is { Outcome: "effect", Path: "/flaky/2/resources/second" }),
            () => $"the spans of what is over arrive; there are:\n{Shown(collector)}");
        await pao.KillAsync();
        await pao.StartAsync(collector.Settings);
        await pao.Api.AssertCompletesAsync(id);

        await Until.TrueAsync(
            () => Task.FromResult(Spans(collector, "orchestration:").Count > 0), () => $"the orchestration's span arrives; there are:\n{Shown(collector)}");
        var trace = collector.Spans.Where(span => span.TraceId == Trace).ToList();
        AssertConnected(trace, collector);
        var call = Assert.Single(trace, IsCall);
        Assert.Equal(Caller, call.ParentId);
        var orchestration = Assert.Single(trace, span => span.Name.StartsWith("orchestration:", StringComparison.Ordinal));
        Assert.Equal(call.SpanId, orchestration.ParentId);
        Assert.True(orchestration.End > orchestration.Start);
        await AssertTargetsAsync(trace, orchestration);
    }

    [Fact]
    public async Task A_request_that_a_crash_left_unstarted_is_started_in_its_trace()
    {
        var collector = Own(new OtlpCollector());
        var pao = Pao();
        await pao.StartAsync([.. collector.Settings, ("PAO_CRASH_AT", "api.after-insert")]);
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => SubmitAsync(pao));
        await pao.WaitForExitAsync(TimeSpan.FromSeconds(30));

        await pao.StartAsync(collector.Settings);
        var id = (string?)(await pao.Api.GetAsync("/requests"))["data"]?[0]?["id"] ?? throw new InvalidOperationException("The request is gone.");
        await pao.Api.AssertCompletesAsync(id);

        await Until.TrueAsync(() => Task.FromResult(Spans(collector, "orchestration:").Count > 0), () => "the orchestration's span arrives");
        var orchestration = Assert.Single(Spans(collector, "orchestration:"));
        Assert.Equal(Trace, orchestration.TraceId);
        Assert.NotEqual("", orchestration.ParentId);
        await AssertTargetsAsync([.. collector.Spans.Where(span => span.TraceId == Trace)], orchestration);
    }

    [Fact]
    public async Task Whether_a_trace_is_recorded_its_caller_decides_and_targets_are_told_of_it_in_any_case()
    {
        var collector = Own(new OtlpCollector());
        var pao = Pao();
        await pao.StartAsync(collector.Settings);

        var quiet = await SubmitAsync(pao, $"00-{Trace}-{Caller}-00");
        await pao.Api.AssertCompletesAsync(quiet);
        var recorded = await pao.Api.SubmitAsync("testing-three-steps", Named("own"));
        await pao.Api.AssertCompletesAsync(recorded);

        await Until.TrueAsync(() => Task.FromResult(Spans(collector, "orchestration:").Count > 0), () => "the other request's spans arrive");
        Assert.DoesNotContain(collector.Spans, span => span.TraceId == Trace);
        Assert.All(await EffectsAsync(quiet), entry => Assert.StartsWith($"00-{Trace}-", entry.TraceParent));
        Assert.All(await EffectsAsync(quiet), entry => Assert.EndsWith("-00", entry.TraceParent));
    }

    [Fact]
    public async Task Without_a_collector_nothing_is_traced_and_targets_are_told_of_the_callers_trace_even_so()
    {
        var pao = Pao();
        await pao.StartAsync();

        var id = await SubmitAsync(pao);
        await pao.Api.AssertCompletesAsync(id);

        Assert.All(await EffectsAsync(id), entry => Assert.StartsWith($"00-{Trace}-", entry.TraceParent));
    }

    private static async Task<string> SubmitAsync(PaoProcess pao, string traceParent = Sampled)
    {
        using var answer = await pao.Api.SendAsync(
            HttpMethod.Post, "/requests", PaoApi.Submission("testing-three-steps", Named("traced")), traceParent: traceParent);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.StatusCode is HttpStatusCode.Accepted, text);
        return (string?)JsonNode.Parse(text)?["id"] ?? throw new InvalidOperationException(text);
    }

    /// <summary>Every span has its parent among the others, up to the caller's.</summary>
    private static void AssertConnected(List<Span> trace, OtlpCollector collector)
    {
        var known = trace.Select(span => span.SpanId).Append(Caller).ToHashSet();
        Assert.True(trace.TrueForAll(span => known.Contains(span.ParentId)), $"A span's parent is missing:\n{Shown(collector)}");
    }

    /// <summary>Each of the three effects was asked for by a call whose span, or whose parent's id, is under the orchestration.</summary>
    private async Task AssertTargetsAsync(List<Span> trace, Span orchestration)
    {
        var runs = trace.Where(span => span.Name == "activity:ExecuteAction").ToList();
        Assert.All(runs, run => Assert.Equal(orchestration.SpanId, run.ParentId));
        var calls = trace.Where(span => span.Kind is Span.Client).ToDictionary(span => span.SpanId);
        var reached = (await Sandbox.LedgerAsync()).Where(entry => entry.Outcome is "effect" or "repeat").ToList();
        Assert.All(reached, entry => Assert.Equal(Trace, entry.TraceParent?.Split('-')[1]));
        var recorded = reached.Where(entry => calls.ContainsKey(entry.TraceParent?.Split('-')[2] ?? "")).ToList();
        Assert.Equal(["first", "second", "third"], recorded.Select(entry => entry.Path.Split('/')[^1]).Distinct().Order());
        Assert.All(recorded, entry => Assert.Contains(runs, run => run.SpanId == calls[entry.TraceParent!.Split('-')[2]].ParentId));
        Assert.Equal(3, runs.Where(run => calls.Values.Any(call => call.ParentId == run.SpanId)).Select(run => run.Attributes["pao.action_id"]).Distinct().Count());
    }

    private async Task<IReadOnlyList<LedgerEntry>> EffectsAsync(string id)
    {
        var effects = (await Sandbox.LedgerAsync()).Where(entry => entry.Outcome is "effect" && entry.Key?.StartsWith(id, StringComparison.Ordinal) is true).ToList();
        Assert.Equal(3, effects.Count);
        return effects;
    }

    private static bool IsCall(Span span) => span is { TraceId: Trace, Kind: Span.Server, Name: "POST /api/v1/requests" };

    private static List<Span> Spans(OtlpCollector collector, string name) =>
        [.. collector.Spans.Where(span => span.Name.StartsWith(name, StringComparison.Ordinal))];

    private static string Shown(OtlpCollector collector) => string.Join(
        '\n',
        collector.Spans.OrderBy(span => span.Start).Select(span =>
            $"{span.TraceId[..6]} {span.SpanId} under {span.ParentId,-16} {span.Source} '{span.Name}' {string.Join(", ", span.Attributes.Select(one => $"{one.Key}={one.Value}"))}"));
}
