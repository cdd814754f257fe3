using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Pao.Activities;
using Pao.Orchestrator.Planning;
using Pao.Orchestrator.Telemetry;
using Pao.Orchestrator.Tests.Requests;

namespace Pao.Orchestrator.Tests.Telemetry;

public sealed class PostgresRequestMetricsTests : RequestMetricsTests<PostgresTestDatabase>;

public sealed class SqliteRequestMetricsTests : RequestMetricsTests<SqliteTestDatabase>;

/// <summary>What is counted is what is committed.</summary>
public abstract class RequestMetricsTests<TDatabase> : StoreConformance<TDatabase>
    where TDatabase : ITestDatabase, new()
{
    private readonly ConcurrentQueue<string> _counted = new();
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();

    [Fact]
    public async Task A_status_counts_once_however_often_it_is_written()
    {
        using var listener = Listen();
        var input = await StartAsync();
        await Progress.BeginAsync(input.RequestId, ChosenPlan.AsWritten, Cancellation);
        await FailAsync(input, stop: 1);
        await FailAsync(input, stop: 1);

        Assert.Equal(
            ["pao.requests submitted", "pao.requests validating", "pao.requests queued", "pao.requests in_progress", "pao.requests failed"],
            _counted.Where(line => line.StartsWith("pao.requests", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task An_action_counts_when_it_ends_and_each_attempt_that_failed()
    {
        using var listener = Listen();
        var input = await StartAsync();
        await Journal.BeginAsync(Execution(input), Cancellation);
        await Journal.FailAsync(Execution(input), new ActionSetback("action.unavailable", "Away.", true, ActionEffect.None), Cancellation);
        await Journal.BeginAsync(Execution(input), Cancellation);
        await Journal.CompleteAsync(Execution(input), new ActionResult([], null), Cancellation);
        await Journal.CompleteAsync(Execution(input), new ActionResult([], null), Cancellation);
        await Progress.CompleteAsync(input.RequestId, Cancellation);

        Assert.Equal(
            ["pao.action.failures action.unavailable", "pao.action.duration completed", "pao.requests completed", "pao.request.duration completed"],
            _counted.Skip(4));
    }

    [Fact]
    public async Task What_is_rolled_back_is_not_counted()
    {
        using var listener = Listen();

        await Assert.ThrowsAsync<InvalidOperationException>(() => Database.WriteAsync<int>(
            transaction =>
            {
                transaction.Count(metrics => metrics.Submitted("compute-vm-small", team: null));
                throw new InvalidOperationException("No.");
            },
            Cancellation));

        Assert.Empty(_counted);
    }

    [Fact]
    public async Task Of_items_and_teams_only_the_first_have_a_series_of_their_own()
    {
        using var listener = new MeterListener();
        ConcurrentDictionary<(string, string), int> series = new();
        listener.InstrumentPublished = (instrument, own) => Enable(instrument, own, "pao.requests");
        listener.SetMeasurementEventCallback<long>((_, _, tags, _) => series[(Tag(tags, "catalog_item"), Tag(tags, "team"))] = 1);
        listener.Start();
        Database.Metrics = Metrics();

        for (var i = 0; i < 1000; i++)
        {
            var name = $"n{i}";
            await Database.WriteAsync(transaction =>
            {
                transaction.Count(metrics => metrics.Submitted(name, name));
                return Task.FromResult(0);
            }, Cancellation);
        }

        Assert.Equal(RequestMetrics.MostItems + 1, series.Keys.Select(key => key.Item1).Distinct().Count());
        Assert.Equal(RequestMetrics.MostTeams + 1, series.Keys.Select(key => key.Item2).Distinct().Count());
        Assert.Contains(("other", "other"), series.Keys);
    }

    private RequestMetrics Metrics() => new(_services.GetRequiredService<IMeterFactory>());

    private MeterListener Listen()
    {
        var listener = new MeterListener { InstrumentPublished = (instrument, own) => Enable(instrument, own, "pao.") };
        listener.SetMeasurementEventCallback<long>((instrument, _, tags, _) => Note(instrument, tags));
        listener.SetMeasurementEventCallback<double>((instrument, _, tags, _) => Note(instrument, tags));
        listener.Start();
        Database.Metrics = Metrics();
        return listener;
    }

    private void Note(Instrument instrument, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
        _counted.Enqueue($"{instrument.Name} {Tag(tags, "status")}{Tag(tags, "outcome")}{Tag(tags, "reason")}");

    // Tests beside this one have meters of this name, too.
    private void Enable(Instrument instrument, MeterListener listener, string prefix)
    {
        if (instrument.Meter.Scope == _services.GetRequiredService<IMeterFactory>() && instrument.Name.StartsWith(prefix, StringComparison.Ordinal))
            listener.EnableMeasurementEvents(instrument);
    }

    private static string Tag(ReadOnlySpan<KeyValuePair<string, object?>> tags, string name)
    {
        foreach (var tag in tags)
            if (tag.Key == name)
                return (string?)tag.Value ?? "";

        return "";
    }
}
