using System.Globalization;
using Npgsql;
using NpgsqlTypes;
using Pao.DurableTask.Protocol;
using Pao.Soak.Programs;
using Kind = Pao.DurableTask.Protocol.HistoryEvent.EventTypeOneofCase;

namespace Pao.Soak.Checks;

/// <summary>Compares what the database has of ended instances with what must be there, past the hub's own code.</summary>
internal sealed class InstanceChecks(NpgsqlDataSource database)
{
    private const string ReadInstances = """
        select id, execution_id, status, owner is not null or ready_at is not null, state
        from task_hub.instance
        where hub = 1 and id = any(@ids)
        """;

    private const string ReadHistories = """
        select instance_id, execution_id, turn, events
        from task_hub.history
        where hub = 1 and instance_id = any(@ids)
        order by instance_id, turn
        """;

    private const string ReadLeftovers = """
        select instance_id, 'an inbox row' from task_hub.inbox where hub = 1 and instance_id = any(@ids)
        union all
        select instance_id, 'an activity row' from task_hub.activity where hub = 1 and instance_id = any(@ids)
        """;

    private readonly List<string> _findings = [];

    public IReadOnlyList<string> Findings
    {
        get
        {
            lock (_findings)
                return [.. _findings];
        }
    }

    public int Checked { get; private set; }

    public void Report(string finding)
    {
        lock (_findings)
            _findings.Add(finding);
    }

    public async Task CheckAsync(IReadOnlyList<Expected> expected, CancellationToken cancellationToken)
    {
        var ids = expected.Select(one => one.InstanceId).ToArray();
        // One snapshot, so that a message on its way is in one of the tables.
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, cancellationToken);
        var rows = (await ReadAsync(connection, ReadInstances, ids, ReadRow, cancellationToken)).ToDictionary(row => row.Id);
        var turns = (await ReadAsync(connection, ReadHistories, ids, ReadTurn, cancellationToken)).ToLookup(turn => turn.InstanceId);
        var leftovers = await ReadAsync(connection, ReadLeftovers, ids, row => (Id: row.GetString(0), What: row.GetString(1)), cancellationToken);
        await transaction.CommitAsync(cancellationToken);

        foreach (var (id, what) in leftovers)
            Report($"{id} has ended and has {what}");
        foreach (var one in expected)
        {
            Checked++;
            foreach (var problem in Problems(one, rows.GetValueOrDefault(one.InstanceId), [.. turns[one.InstanceId]]))
                Report($"{one.InstanceId}: {problem}");
        }
    }

    private static IEnumerable<string> Problems(Expected expected, Row? row, IReadOnlyList<StoredTurn> turns)
    {
        if (row is null)
        {
            yield return "was acknowledged and is not there";
            yield break;
        }

        var result = expected.Result.ToString(CultureInfo.InvariantCulture);
        var state = row.State;
        if (state.OrchestrationStatus != OrchestrationStatus.Completed || row.Status != (short)state.OrchestrationStatus)
            yield return $"ended as {state.OrchestrationStatus}, column {row.Status}: {state.FailureDetails?.ErrorMessage}";
        if (state.Output != result)
            yield return $"has the result {state.Output}, not {result}";
        if (row.IsHeld)
            yield return "has ended and is owned or claimable";
        if (turns.Any(turn => turn.ExecutionId != row.ExecutionId) || state.ExecutionId != row.ExecutionId)
            yield return "has turns of another execution";
        if (!turns.Select(turn => turn.Turn).SequenceEqual(Enumerable.Range(0, turns.Count)))
            yield return $"has the turns {string.Join(", ", turns.Select(turn => turn.Turn))}";
        foreach (var turn in turns)
            if (turn.Events[0].EventTypeCase != Kind.OrchestratorStarted || turn.Events[^1].EventTypeCase != Kind.OrchestratorCompleted)
                yield return $"has a turn {turn.Turn} without its frame";
        var events = turns.SelectMany(turn => turn.Events).ToList();
        foreach (var problem in HistoryProblems(events, result))
            yield return $"{problem}: {string.Join(", ", events.Select(e => $"{e.EventTypeCase} {e.EventId}"))}";
    }

    private static IEnumerable<string> HistoryProblems(List<HistoryEvent> events, string result)
    {
        if (events.Count(e => e.ExecutionStarted is not null) != 1)
            yield return "does not have one start";
        var completions = events.Where(e => e.ExecutionCompleted is not null).Select(e => e.ExecutionCompleted).ToList();
        if (completions is not [{ OrchestrationStatus: OrchestrationStatus.Completed } completion] || completion.Result != result)
            yield return $"has the completions {string.Join(", ", completions)}, not one with {result}";

        if (!Same(events.Where(e => e.TaskScheduled is not null), events.Select(e => e.TaskCompleted?.TaskScheduledId ?? e.TaskFailed?.TaskScheduledId)))
            yield return "has activities without exactly one end";
        if (!Same(events.Where(e => e.TimerCreated is not null), events.Select(e => e.TimerFired?.TimerId)))
            yield return "has timers that did not fire exactly once";
        if (!Same(
            events.Where(e => e.SubOrchestrationInstanceCreated is not null),
            events.Select(e => e.SubOrchestrationInstanceCompleted?.TaskScheduledId)))
            yield return "has children without exactly one end";

        var times = events.Where(e => e.OrchestratorStarted is not null).Select(e => e.Timestamp.ToDateTimeOffset()).ToList();
        if (!times.SequenceEqual(times.Order()))
            yield return "has turns that go back in time";
    }

    private static bool Same(IEnumerable<HistoryEvent> begun, IEnumerable<int?> ended) =>
        begun.Select(e => e.EventId).Order().SequenceEqual(ended.OfType<int>().Order());

    private static async Task<List<T>> ReadAsync<T>(
        NpgsqlConnection connection, string sql, string[] ids, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken)
    {
#pragma warning disable CA2100 // one of the statements above
        await using var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        command.Parameters.AddWithValue("ids", NpgsqlDbType.Array | NpgsqlDbType.Text, ids);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        List<T> rows = [];
        while (await reader.ReadAsync(cancellationToken))
            rows.Add(read(reader));
        return rows;
    }

    private static Row ReadRow(NpgsqlDataReader row) => new(
        row.GetString(0),
        row.GetString(1),
        row.GetInt16(2),
        row.GetBoolean(3),
        OrchestrationState.Parser.ParseFrom(row.GetFieldValue<byte[]>(4)));

    private static StoredTurn ReadTurn(NpgsqlDataReader row) => new(
        row.GetString(0),
        row.GetString(1),
        row.GetInt32(2),
        HistoryChunk.Parser.ParseFrom(row.GetFieldValue<byte[]>(3)).Events);

    private sealed record Row(string Id, string ExecutionId, short Status, bool IsHeld, OrchestrationState State);

    private sealed record StoredTurn(string InstanceId, string ExecutionId, int Turn, IReadOnlyList<HistoryEvent> Events);
}
