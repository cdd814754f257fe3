using System.Diagnostics;
using Pao.Soak.Checks;
using Pao.Soak.Faults;
using Pao.Soak.Processes;

namespace Pao.Soak;

/// <summary>One soak: processes, work, faults, checks, in a database of its own.</summary>
internal sealed class SoakRun : IAsyncDisposable
{
    private const int Processes = 4;

    // All work that is still open after this is lost or stuck.
    private static readonly TimeSpan LastWork = TimeSpan.FromMinutes(2);

    private readonly SoakSettings _settings;
    private readonly SoakDatabase _database;
    private readonly List<NodeProcess> _nodes;
    private readonly Stopwatch _run = new();
    private readonly Load _load;
    private readonly Samples _samples;
    private readonly List<Fault> _faults = [];

    private SoakRun(SoakSettings settings, SoakDatabase database, FakeClock? clock)
    {
        (_settings, _database) = (settings, database);
        _nodes = [.. Enumerable.Range(0, Processes).Select(i =>
            new NodeProcess(i, settings, database.ConnectionString, i == Processes - 1 ? clock : null))];
        _load = new Load(_nodes, database.Source, settings, _run);
        _samples = new Samples(_nodes, database.Source, _run);
    }

    public static async Task<SoakRun> CreateAsync(SoakSettings settings, string server)
    {
        var clock = settings.Kinds.Contains(FaultKind.Clock) ? FakeClock.Find(settings.Folder) : null;
        if (clock is null && settings.Kinds.Contains(FaultKind.Clock))
            throw new FileNotFoundException("libfaketime is not here: install Debian's package faketime, or choose with --faults.");

        return new SoakRun(settings, await SoakDatabase.CreateAsync(server), clock);
    }

    public async Task<SoakReport> RunAsync(CancellationToken cancellationToken)
    {
        foreach (var node in _nodes)
            node.Start();
        await _database.WaitForMembersAsync(Processes, cancellationToken);

        using var sampling = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _run.Start();
        var samples = _samples.RunAsync(sampling.Token);
        var offer = _load.OfferAsync(cancellationToken);
        using var collecting = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var collect = _load.CollectAsync(() => offer.IsCompleted, collecting.Token);
        await InjectAsync(cancellationToken);
        await offer;
        collecting.CancelAfter(LastWork);
        var findings = new List<string>();
        try
        {
            await collect;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            findings.Add($"{_load.Open} instances have not ended {LastWork.TotalMinutes} minutes after the last was offered: {string.Join(", ", _load.OpenIds.Take(20))} …");
        }

        findings.AddRange(await _database.LeftoversAsync(Processes, cancellationToken));
        await sampling.CancelAsync();
        await EndOfAsync(samples);
        findings.AddRange(await _samples.DeadRowsAsync(cancellationToken));
        foreach (var node in _nodes)
            await node.StopAsync();
        return new SoakReport(_settings, _load, _faults, _samples, [.. _load.Findings, .. findings]);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes)
            node.Dispose();
        await _database.DisposeAsync(_settings.Keep);
        if (!_settings.Keep)
            Directory.Delete(_settings.Folder, recursive: true);
    }

    private async Task InjectAsync(CancellationToken cancellationToken)
    {
        var random = new Random(_settings.Seed + 1);
        var injection = new FaultInjection(_nodes, _database.Source, _settings, random, _run);
        Queue<FaultKind> next = [];
        for (var due = _settings.Quiet; due < _settings.Duration - _settings.Tail; due += _settings.Every)
        {
            // Every kind comes before one comes again, so that a short run has them all.
            if (next.Count == 0)
                next = new Queue<FaultKind>(_settings.Kinds.OrderBy(_ => random.Next()));
            if (due > _run.Elapsed)
                await Task.Delay(due - _run.Elapsed, cancellationToken);
            var fault = await injection.DoAsync(next.Dequeue(), cancellationToken);
            _faults.Add(fault);
            await Console.Error.WriteLineAsync($"{fault.Began:mm\\:ss} {fault.Kind}: {fault.Proof}; {_load.Ended.Count} ended, {_load.Open} open, {_load.Findings.Count} findings");
        }
    }

    private static async Task EndOfAsync(Task samples)
    {
        try
        {
            await samples;
        }
        catch (OperationCanceledException)
        {
            // It was told to.
        }
    }
}
