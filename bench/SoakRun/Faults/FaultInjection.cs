using System.Diagnostics;
using System.Globalization;
using Npgsql;
using Pao.Soak.Processes;

namespace Pao.Soak.Faults;

internal enum FaultKind
{
    /// <summary>kill -9, and a new process.</summary>
    Kill,

    /// <summary>The process stands still for longer than its lease, and goes on.</summary>
    Stop,

    /// <summary>PostgreSQL ends all connections of the hub.</summary>
    Terminate,

    /// <summary>A commit happens, and its answer is lost with the connection.</summary>
    Commit,

    /// <summary>A process's clock is set, and set back.</summary>
    Clock,
}

/// <param name="Kind">What was done.</param>
/// <param name="Proof">How it is known that the fault happened.</param>
/// <param name="Began">By the run's stopwatch.</param>
/// <param name="Ended">As before.</param>
internal sealed record Fault(FaultKind Kind, string Proof, TimeSpan Began, TimeSpan Ended);

/// <summary>Does faults, one at a time. One that cannot be shown to have happened is an error of the soak.</summary>
internal sealed class FaultInjection(IReadOnlyList<NodeProcess> nodes, NpgsqlDataSource database, SoakSettings settings, Random random, Stopwatch run)
{
    private static readonly TimeSpan ClockTime = TimeSpan.FromSeconds(10);

    private const string TerminateAll = """
        select count(*) filter (where pg_terminate_backend(pid))
        from pg_stat_activity
        where datname = current_database() and application_name <> 'pao soak'
        """;

    private const string ReadMembership = "select count(*) from task_hub.node where not dead and expires_at > now()";

    public async Task<Fault> DoAsync(FaultKind kind, CancellationToken cancellationToken)
    {
        var began = run.Elapsed;
        var node = nodes[random.Next(nodes.Count)];
        var proof = kind switch
        {
            FaultKind.Kill => await KillAsync(node),
            FaultKind.Stop => await StopAsync(node, cancellationToken),
            FaultKind.Terminate => await TerminateAsync(cancellationToken),
            FaultKind.Commit => await DropCommitAsync(node),
            FaultKind.Clock => await StepClockAsync(nodes.First(candidate => candidate.Clock is not null), cancellationToken),
            _ => throw new UnreachableException(),
        };
        return new Fault(kind, proof, began, run.Elapsed);
    }

    private static async Task<string> KillAsync(NodeProcess node)
    {
        var killed = node.ProcessId;
        var code = await node.KillAsync();
        Prove(code == 137, $"Process {node.Number} ended with {code}, not by the signal.");
        node.Start();
        return $"process {node.Number}: {killed} ended with 137, {node.ProcessId} started";
    }

    private async Task<string> StopAsync(NodeProcess node, CancellationToken cancellationToken)
    {
        var time = settings.Lease * (1.5 + random.NextDouble());
        node.Pause();
        try
        {
            await Task.Delay(time, cancellationToken);
            Prove(node.IsPaused, $"Process {node.Number} is not stopped.");
            var members = await database.CreateCommand(ReadMembership).ExecuteScalarAsync(cancellationToken);
            Prove(members is long count && count < nodes.Count, $"Process {node.Number} stood for {time} and kept its lease.");
        }
        finally
        {
            node.Continue();
        }

        return $"process {node.Number} stood for {Seconds(time)} s and lost its lease";
    }

    private async Task<string> TerminateAsync(CancellationToken cancellationToken)
    {
        var ended = await database.CreateCommand(TerminateAll).ExecuteScalarAsync(cancellationToken);
        Prove(ended is long count && count >= nodes.Count, $"Only {ended} connections were there to end.");
        return $"{ended} connections ended";
    }

    private static async Task<string> DropCommitAsync(NodeProcess node)
    {
        await node.Proxy.DropNextCommitAsync(TimeSpan.FromSeconds(20));
        return $"process {node.Number}: the server answered a commit, the connection was cut";
    }

    private async Task<string> StepClockAsync(NodeProcess node, CancellationToken cancellationToken)
    {
        var clock = node.Clock ?? throw new UnreachableException();
        TimeSpan[] steps = [TimeSpan.FromHours(1), -TimeSpan.FromHours(1), TimeSpan.FromDays(40)];
        var step = steps[random.Next(steps.Length)];
        clock.Set(step);
        try
        {
            await Task.Delay(ClockTime, cancellationToken);
            var seen = await node.AskForTimeAsync() - TimeProvider.System.GetUtcNow();
            Prove((seen - step).Duration() < TimeSpan.FromSeconds(5), $"Process {node.Number} is off by {seen}, not {step}.");
        }
        finally
        {
            clock.Set(TimeSpan.Zero);
        }

        return $"process {node.Number}'s clock was off by {step} for {Seconds(ClockTime)} s";
    }

    private static void Prove(bool happened, string otherwise)
    {
        if (!happened)
            throw new FaultNotProvenException(otherwise);
    }

    private static string Seconds(TimeSpan time) => time.TotalSeconds.ToString("F1", CultureInfo.InvariantCulture);
}

/// <summary>A fault that should have happened did not: the soak says nothing.</summary>
internal sealed class FaultNotProvenException(string message) : Exception(message);
