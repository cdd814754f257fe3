using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Pao.Orchestrator.Auditing;

namespace Pao.Orchestrator.Tests.Auditing;

/// <summary>What a loop logs and counts.</summary>
internal sealed class Told<T> : ILogger<T>, IDisposable
{
    private readonly ConcurrentQueue<string> _lines = new();
    private readonly ConcurrentDictionary<string, long> _counted = new();
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly MeterListener _listener = new();

    public Told()
    {
        var meters = _services.GetRequiredService<IMeterFactory>();
        Metrics = new AuditMetrics(meters);
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (ReferenceEquals(instrument.Meter.Scope, meters)) // tests beside this one have meters of this name, too
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((instrument, count, _, _) => _counted.AddOrUpdate(instrument.Name, count, (_, before) => before + count));
        _listener.Start();
    }

    public AuditMetrics Metrics { get; }

    public IReadOnlyList<string> Lines => [.. _lines];

    public long Counted(string instrument) => _counted.GetValueOrDefault(instrument);

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        _lines.Enqueue(formatter(state, exception));

    public bool IsEnabled(LogLevel logLevel) => true;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public void Dispose()
    {
        _listener.Dispose();
        Metrics.Dispose();
        _services.Dispose();
    }
}
