using System.Collections.Concurrent;
using System.Text.Json;
using Google.Protobuf.WellKnownTypes;
using Microsoft.Data.Sqlite;
using Pao.DurableTask.Protocol;
using Pao.TaskHub.Commits;
using Pao.TaskHub.Queries;

namespace Pao.TaskHub.Sqlite;

/// <summary>
/// A hub's rows in an SQLite file of this process alone. One connection writes, under a lock; readers see the last commit.
/// </summary>
internal sealed partial class SqliteHubStore(string folder, string name, TimeProvider time) : IHubStore
{
    private readonly Lock _gate = new();
    private readonly ConcurrentBag<SqliteStatements> _readers = [];
    private SqliteDatabase? _database;
    private SqliteStatements? _writer;

    public string Description => $"SQLite file {Path.Combine(folder, FileName)}.db";

    public bool IsShared => false;

    private string FileName => $"taskhub-{name.ToLowerInvariant()}";

    public void Initialize()
    {
        lock (_gate)
            _database ??= new SqliteDatabase(folder, FileName);
    }

    public Joined Join(Guid node, Guid? follows)
    {
        Initialize();
        lock (_gate)
        {
            var writer = Writer();
            var own = follows is { } before ? Key(before) : null;
            using var transaction = writer.BeginImmediate();
            var crashed = writer.Read(FindUnleft, transaction, static _ => true, ("@follows", own)).Count > 0;
            writer.Execute(DeclareOthersDead, transaction, ("@follows", own)); // this process has the folder alone
            writer.Execute(RemoveEmptyDead, transaction);
            writer.Execute(InsertNode, transaction, ("@node", Key(node)));
            transaction.Commit();
            var now = time.GetUtcNow();
            return new Joined(now, crashed ? now : null);
        }
    }

    public void Leave(Guid node)
    {
        lock (_gate)
        {
            var writer = Writer();
            using var transaction = writer.BeginImmediate();
            writer.Execute(DeclareDead, transaction, ("@node", Key(node)));
            writer.Execute(RemoveEmptyDead, transaction);
            transaction.Commit();
        }
    }

    public ClaimedActivities ClaimActivities(Guid node, ActivityClaim claim) =>
        throw new NotSupportedException("This process has the store alone: its activities are in memory.");

    public IReadOnlyList<StoredInstance> Claim(Guid node, IReadOnlyCollection<string>? names, int limit)
    {
        var filter = names is null ? null : JsonSerializer.Serialize(names);
        lock (_gate)
        {
            var writer = Writer();
            var due = FindClaimable(writer, filter, limit);
            if (due.Count == 0)
                return [];

            using var transaction = writer.BeginImmediate();
            AssertMember(writer, transaction, node);
            foreach (var row in due)
                writer.Execute(TakeInstance, transaction, ("@node", Key(node)), ("@id", row.Id), ("@attempts", row.Attempts));
            var claimed = due.Select(row => Load(writer, transaction, row)).ToList();
            writer.Execute(RemoveEmptyDead, transaction);
            transaction.Commit();
            return claimed;
        }
    }

    public IReadOnlyList<OrchestrationState> Find(IReadOnlyCollection<string> instanceIds)
    {
        lock (_gate)
            return [.. instanceIds.SelectMany(id => Writer().Read(ReadState, null, State, ("@id", id)))];
    }

    public IReadOnlyList<StoredMessage> ReadInbox(Guid node, int limit)
    {
        lock (_gate)
            return Writer().Read(ReadOwnInbox, null, Message, ("@node", Key(node)), ("@limit", limit));
    }

    /// <summary>There is no other node.</summary>
    public void Announce(IReadOnlyCollection<Guid?> owners)
    {
    }

    /// <summary>There is no other node.</summary>
    public IDisposable? Listen(Action<Guid?> heard, Action missed) => null;

    public bool HearsAnnouncements => true; // there are no other nodes

    public Task<OrchestrationState?> GetAsync(string instanceId, CancellationToken cancellationToken) => ReadAsync(
        reader =>
        {
            var rows = reader.Read(
                GetState,
                null,
                static row => (State: State(row), Turn: row.IsDBNull(9) ? null : FromMicros(row.GetInt64(9)).ToTimestamp()),
                ("@id", instanceId));
            if (rows is not [var (state, turn)])
                return null;

            if (turn is not null && turn > state.LastUpdatedTimestamp)
                state.LastUpdatedTimestamp = turn;
            return state;
        },
        cancellationToken);

    public Task<StoredHistory?> ReadHistoryAsync(string instanceId, CancellationToken cancellationToken) => ReadAsync(
        reader =>
        {
            using var snapshot = reader.BeginRead();
            return reader.Read(ReadState, snapshot, State, ("@id", instanceId)) is [var state]
                ? new StoredHistory(state, reader.Read(ReadTurns, snapshot, static row => row.GetFieldValue<byte[]>(0), ("@id", instanceId)))
                : null;
        },
        cancellationToken);

    public Task<IReadOnlyList<OrchestrationState>> QueryAsync(InstanceFilter filter, CancellationToken cancellationToken) =>
        ReadAsync<IReadOnlyList<OrchestrationState>>(
            reader => reader.Read(
                Query,
                null,
                State,
                ("@statuses", Json(filter.Statuses)),
                ("@created_from", Micros(filter.CreatedFrom)),
                ("@created_to", Micros(filter.CreatedTo)),
                ("@prefix", filter.IdPrefix),
                ("@after_time", Micros(filter.After?.Time)),
                ("@after_id", filter.After?.Id),
                ("@limit", filter.Limit)),
            cancellationToken);

    public Task<IReadOnlyList<(string Id, DateTimeOffset CompletedAt)>> ListCompletedAsync(
        CompletedFilter filter, CancellationToken cancellationToken) =>
        ReadAsync<IReadOnlyList<(string, DateTimeOffset)>>(
            reader => reader.Read(
                ListCompleted,
                null,
                static row => (row.GetString(0), FromMicros(row.GetInt64(1))),
                ("@statuses", Json(filter.Statuses)),
                ("@completed_from", Micros(filter.CompletedFrom)),
                ("@completed_to", Micros(filter.CompletedTo)),
                ("@after_time", Micros(filter.After?.Time)),
                ("@after_id", filter.After?.Id),
                ("@limit", filter.Limit)),
            cancellationToken);

    public Task<IReadOnlyList<string>> PurgeAsync(IReadOnlyCollection<string> instanceIds, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            var writer = Writer();
            using var transaction = writer.BeginImmediate();
            var purged = Delete(writer, transaction, instanceIds);
            transaction.Commit();
            return Task.FromResult<IReadOnlyList<string>>(purged);
        }
    }

    public int PurgeCompleted(DateTimeOffset before, int limit)
    {
        lock (_gate)
        {
            var writer = Writer();
            using var transaction = writer.BeginImmediate();
            var old = writer.Read(
                FindCompletedBefore, transaction, static row => row.GetString(0), ("@before", Micros(before)), ("@limit", limit));
            var purged = Delete(writer, transaction, old);
            transaction.Commit();
            return purged.Count;
        }
    }

    public Task<IReadOnlyList<string>> FindOrphansAsync(
        IReadOnlyCollection<string> parentIds, CancellationToken cancellationToken) =>
        ReadAsync<IReadOnlyList<string>>(
            reader => [.. parentIds.SelectMany(id => reader.Read(FindOrphansOf, null, static row => row.GetString(0), ("@id", id)))],
            cancellationToken);

    public void Dispose()
    {
        lock (_gate)
        {
            CloseWriter();
            while (_readers.TryTake(out var reader))
                reader.Dispose();
            _database?.Dispose();
            _database = null;
        }
    }

    private List<Claimed> FindClaimable(SqliteStatements writer, string? filter, int limit)
    {
        var due = writer.Read(
            FindDue,
            null,
            ClaimedRow,
            ("@now", Micros(time.GetUtcNow())),
            ("@names", filter),
            ("@limit", limit));
        due.AddRange(writer.Read(FindOrphans, null, ClaimedRow, ("@names", filter), ("@limit", limit)));
        return due;
    }

    private static StoredInstance Load(SqliteStatements writer, SqliteTransaction transaction, Claimed claimed)
    {
        var turns = writer.Read(
            ReadTurns, transaction, static row => (Events: row.GetFieldValue<byte[]>(0), Turn: row.GetInt32(1)), ("@id", claimed.Id));
        return new StoredInstance(
            writer.Read(ReadState, transaction, StateRow, ("@id", claimed.Id))[0].Read(out var whole),
            [.. turns.Select(turn => turn.Events)],
            writer.Read(ReadMessages, transaction, Message, ("@id", claimed.Id)))
        {
            NextTurn = turns.Count == 0 ? 0 : turns[^1].Turn + 1,
            Attempts = claimed.Attempts,
            TakenOver = claimed.TakenOver,
            IsSuspect = claimed.IsSuspect,
            Losses = claimed.Losses,
            IsWhole = whole,
        };
    }

    private static List<string> Delete(SqliteStatements writer, SqliteTransaction transaction, IReadOnlyCollection<string> ended)
    {
        List<string> deleted = [];
        foreach (var id in ended)
        {
            writer.Execute(DeleteReplacedHistory, transaction, ("@id", id));
            writer.Execute(DeleteReplacedInbox, transaction, ("@id", id));
            if (writer.Execute(DeleteReplaced, transaction, ("@id", id)) > 0)
                deleted.Add(id);
        }

        return deleted;
    }

    private SqliteStatements Writer() =>
        _writer ??= new SqliteStatements(Database().Open());

    private SqliteDatabase Database() =>
        _database ?? throw new InvalidOperationException("The task hub's file is not open (yet).");

    private void CloseWriter()
    {
        _writer?.Dispose();
        _writer = null;
    }

    /// <summary>Reads of the last commit; SQLite reads block, for microseconds, so they stay on the caller's thread.</summary>
    private Task<T> ReadAsync<T>(Func<SqliteStatements, T> read, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var reader = _readers.TryTake(out var idle) ? idle : new SqliteStatements(Database().Open());
        var result = read(reader);
        _readers.Add(reader); // one that failed is left to the garbage collector, not used again
        return Task.FromResult(result);
    }

    private static OrchestrationState State(SqliteDataReader row) => StateRow(row).Read(out _);

    private static StoredState StateRow(SqliteDataReader row) => new(
        row.GetFieldValue<byte[]>(0),
        row.GetString(1),
        row.GetString(2),
        row.GetString(3),
        (OrchestrationStatus)row.GetInt32(4),
        row.IsDBNull(5) ? null : row.GetString(5),
        FromMicros(row.GetInt64(6)),
        FromMicros(row.GetInt64(7)),
        row.IsDBNull(8) ? null : FromMicros(row.GetInt64(8)));

    private static Claimed ClaimedRow(SqliteDataReader row) =>
        new(row.GetString(0), row.GetInt32(1), row.GetBoolean(2), row.GetBoolean(3), row.IsDBNull(4) ? null : row.GetString(4));

    private static StoredMessage Message(SqliteDataReader row) => new(
        row.GetString(0), Guid.Parse(row.GetString(1)), row.IsDBNull(2) ? null : row.GetString(2), row.GetFieldValue<byte[]>(3));

    private static string Json(IEnumerable<OrchestrationStatus> statuses) => JsonSerializer.Serialize(statuses.Select(status => (int)status));
}
