using Google.Protobuf.WellKnownTypes;
using Microsoft.Extensions.Logging;
using Npgsql;
using Pao.DurableTask.Protocol;
using Pao.TaskHub.Commits;
using Pao.TaskHub.Queries;
using static Pao.TaskHub.Postgres.Rows;

namespace Pao.TaskHub.Postgres;

/// <summary>A hub's rows in PostgreSQL 14 or newer, schema <c>task_hub</c>, which any number of processes share.</summary>
internal sealed partial class PostgresHubStore : IHubStore
{
    private const string LeaseLost = "PT001";
    private const int CommandTimeout = 10;
    private const int MaxDeadlocks = 3;
    private const int OldestServer = 14;
    private readonly string _name;
    private readonly TimeSpan _lease;
    private readonly HubNotifications _notifications;
    private readonly ILogger _logger;
    private readonly NpgsqlConnectionStringBuilder _settings;
    private readonly NpgsqlDataSource _database;
    private readonly CommitConnection _commits;
    private PostgresListener? _listener;
    private bool _initialized;
    private int _hub;

    public PostgresHubStore(
        string connectionString, string name, TimeSpan lease, ILogger logger, HubNotifications notifications = HubNotifications.Auto)
    {
        _name = name;
        _lease = lease;
        _logger = logger;
        _notifications = notifications;

        // Nothing of ours stays in a session, so none has to be reset: behind a pooler it may be another client's by then.
        _settings = new NpgsqlConnectionStringBuilder(connectionString)
        {
            CommandTimeout = CommandTimeout,
            MaxPoolSize = 20,
            MaxAutoPrepare = 0,
            NoResetOnClose = true,
        };
        _database = NpgsqlDataSource.Create(_settings);
        _commits = new CommitConnection(_settings, mayPrepare: notifications == HubNotifications.Auto);
    }

    public string Description =>
        $"PostgreSQL at {_settings.Host}:{_settings.Port}, database {_settings.Database}" + (_notifications, _listener?.Hearing) switch
        {
            (HubNotifications.Off, _) => ", by polling: notifications are switched off",
            (_, Hearing.No) => ", by polling: notifications do not arrive",
            _ => "",
        };

    public bool HearsAnnouncements => _listener?.Hearing == Hearing.Yes;

    public bool IsShared => true;

    public void Initialize()
    {
        if (_initialized)
            return;

        using var connection = _database.OpenConnection();
        CheckServer(connection);
        PostgresMigrations.Apply(_database);
        using var create = Command(connection, CreateHub, Text(_name));
        create.ExecuteNonQuery();
        using var find = Command(connection, FindHub, Text(_name));
        _hub = (int)(find.ExecuteScalar() ?? throw new InvalidOperationException($"The task hub '{_name}' was removed while it was created."));
        _initialized = true;
    }

    public Joined Join(Guid node, Guid? follows)
    {
        Initialize();
        using var connection = _database.OpenConnection();
        using var batch = new NpgsqlBatch(connection);
        if (follows is { } old)
            batch.BatchCommands.Add(Statement(DeclareDead, Int(_hub), Id(old)));
        batch.BatchCommands.Add(Statement(JoinHub, Int(_hub), Id(node), Span(_lease)));
        using var reader = batch.ExecuteReader();
        reader.Read();
        return new Joined(reader.GetFieldValue<DateTimeOffset>(0), reader.IsDBNull(1) ? null : reader.GetFieldValue<DateTimeOffset>(1));
    }

    public void Leave(Guid node)
    {
        using var connection = _database.OpenConnection();
        using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(Statement(DeclareDead, Int(_hub), Id(node)));
        batch.BatchCommands.Add(Statement(RemoveEmptyDead, Int(_hub)));
        batch.ExecuteNonQuery();
        _commits.Close();
    }

    public IReadOnlyList<StoredInstance> Claim(Guid node, IReadOnlyCollection<string>? names, int limit)
    {
        using var connection = OpenToClaim();
        DeclareDeadNodes(connection);
        var claimed = ClaimIds(connection, node, names, limit);
        if (claimed.Count == 0)
            return [];

        var ids = claimed.Keys;
        using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(Statement(ReadStates, Int(_hub), Texts(ids)));
        batch.BatchCommands.Add(Statement(ReadTurns, Int(_hub), Texts(ids)));
        // Before the messages: an activity that ends in between is in both, not in neither.
        batch.BatchCommands.Add(Statement(ReadQueuedTasks, Int(_hub), Texts(ids)));
        batch.BatchCommands.Add(Statement(ReadMessages, Int(_hub), Texts(ids)));
        using var reader = batch.ExecuteReader();
        var states = ReadAll(reader, StateRow);
        reader.NextResult();
        var turns = ReadAll(reader, row => (Id: row.GetString(0), Events: row.GetFieldValue<byte[]>(1), Turn: row.GetInt32(2))).ToLookup(row => row.Id);
        reader.NextResult();
        var queued = ReadAll(reader, row => (Id: row.GetString(0), TaskId: row.GetInt32(1))).ToLookup(row => row.Id, row => row.TaskId);
        reader.NextResult();
        var inbox = ReadAll(reader, ReadMessage).ToLookup(message => message.InstanceId);
        return [.. states.Select(row =>
        {
            var (_, attempts, takenOver, isSuspect, losses) = claimed[row.Id];
            return new StoredInstance(row.Read(out var whole), [.. turns[row.Id].Select(turn => turn.Events)], [.. inbox[row.Id]])
            {
                NextTurn = turns.Contains(row.Id) ? turns[row.Id].Last().Turn + 1 : 0,
                Attempts = attempts,
                TakenOver = takenOver,
                IsSuspect = isSuspect,
                Losses = losses,
                IsWhole = whole,
                QueuedTasks = queued[row.Id].ToHashSet(),
            };
        })];
    }

    public IReadOnlyList<OrchestrationState> Find(IReadOnlyCollection<string> instanceIds)
    {
        using var connection = _database.OpenConnection();
        return Find(connection, instanceIds);
    }

    public IReadOnlyList<OrchestrationState> FindTaken(IReadOnlyCollection<string> instanceIds) =>
        OnCommitConnection(connection => Find(connection, instanceIds));

    private List<OrchestrationState> Find(NpgsqlConnection connection, IReadOnlyCollection<string> instanceIds)
    {
        using var command = Command(connection, ReadStates, Int(_hub), Texts(instanceIds));
        using var reader = command.ExecuteReader();
        return ReadAll(reader, State);
    }

    public IReadOnlyList<StoredMessage> ReadInbox(Guid node, int limit)
    {
        using var connection = _database.OpenConnection();
        using var command = Command(connection, ReadOwnInbox, Int(_hub), Id(node), Int(limit));
        using var reader = command.ExecuteReader();
        return ReadAll(reader, ReadMessage);
    }

    public void Announce(IReadOnlyCollection<Guid?> owners) => OnCommitConnection(connection =>
    {
        using var batch = new NpgsqlBatch(connection);
        foreach (var owner in owners)
            batch.BatchCommands.Add(Statement(Notify, Text(Channel), Text(owner?.ToString("N") ?? "")));
        return batch.ExecuteNonQuery();
    });

    public IDisposable? Listen(Action<Guid?> heard, Action missed) => _notifications == HubNotifications.Off
        ? null
        : _listener = new PostgresListener(_database, _settings, () => _initialized ? Channel : null, heard, missed, _logger);

    public async Task<OrchestrationState?> GetAsync(string instanceId, CancellationToken cancellationToken)
    {
        await using var connection = await _database.OpenConnectionAsync(cancellationToken);
        await using var command = Command(connection, GetState, Int(_hub), Text(instanceId));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        if (!await reader.ReadAsync(cancellationToken))
            return null;

        var state = State(reader);
        var turn = reader.IsDBNull(9) ? null : reader.GetFieldValue<DateTimeOffset>(9).ToTimestamp();
        if (turn is not null && turn > state.LastUpdatedTimestamp)
            state.LastUpdatedTimestamp = turn;
        return state;
    }

    public async Task<StoredHistory?> ReadHistoryAsync(string instanceId, CancellationToken cancellationToken)
    {
        await using var connection = await _database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, cancellationToken);
        await using var batch = new NpgsqlBatch(connection, transaction);
        batch.BatchCommands.Add(Statement(ReadStates, Int(_hub), Texts([instanceId])));
        batch.BatchCommands.Add(Statement(ReadTurns, Int(_hub), Texts([instanceId])));
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        if (!await reader.ReadAsync(cancellationToken))
            return null;

        var state = State(reader);
        await reader.NextResultAsync(cancellationToken);
        List<byte[]> turns = [];
        while (await reader.ReadAsync(cancellationToken))
            turns.Add(reader.GetFieldValue<byte[]>(1));
        return new StoredHistory(state, turns);
    }

    public async Task<IReadOnlyList<OrchestrationState>> QueryAsync(InstanceFilter filter, CancellationToken cancellationToken)
    {
        await using var connection = await _database.OpenConnectionAsync(cancellationToken);
        await using var command = Command(
            connection,
            Query,
            Int(_hub),
            Smalls(filter.Statuses.Select(status => (short)status)),
            Time(filter.CreatedFrom),
            Time(filter.CreatedTo),
            Text(filter.IdPrefix),
            Time(filter.After?.Time),
            Text(filter.After?.Id),
            Int(filter.Limit));
        return await ReadAllAsync(command, State, cancellationToken);
    }

    public async Task<IReadOnlyList<(string Id, DateTimeOffset CompletedAt)>> ListCompletedAsync(
        CompletedFilter filter, CancellationToken cancellationToken)
    {
        await using var connection = await _database.OpenConnectionAsync(cancellationToken);
        await using var command = Command(
            connection,
            ListCompleted,
            Int(_hub),
            Smalls(filter.Statuses.Select(status => (short)status)),
            Time(filter.CompletedFrom),
            Time(filter.CompletedTo),
            Time(filter.After?.Time),
            Text(filter.After?.Id),
            Int(filter.Limit));
        return await ReadAllAsync(command, row => (row.GetString(0), row.GetFieldValue<DateTimeOffset>(1)), cancellationToken);
    }

    public async Task<IReadOnlyList<string>> PurgeAsync(IReadOnlyCollection<string> instanceIds, CancellationToken cancellationToken)
    {
        await using var connection = await _database.OpenConnectionAsync(cancellationToken);
        await using var command = Command(connection, PurgeInstances, Int(_hub), Texts(instanceIds));
        return await ReadAllAsync(command, row => row.GetString(0), cancellationToken);
    }

    public int PurgeCompleted(DateTimeOffset before, int limit)
    {
        using var connection = _database.OpenConnection();
        using var transaction = connection.BeginTransaction();
        using (var keys = Command(connection, PreferKeys))
            keys.ExecuteNonQuery();

        int purged;
        using (var command = Command(connection, PurgeCompletedInstances, Int(_hub), Time(before), Int(limit)))
        using (var reader = command.ExecuteReader())
            purged = ReadAll(reader, row => row.GetString(0)).Count;
        transaction.Commit();
        return purged;
    }

    public async Task<IReadOnlyList<string>> FindOrphansAsync(
        IReadOnlyCollection<string> parentIds, CancellationToken cancellationToken)
    {
        await using var connection = await _database.OpenConnectionAsync(cancellationToken);
        await using var command = Command(connection, FindOrphans, Int(_hub), Texts(parentIds));
        return await ReadAllAsync(command, row => row.GetString(0), cancellationToken);
    }

    public void Dispose()
    {
        _commits.Dispose();
        _database.Dispose();
    }

    private string Channel => $"task_hub_{_hub}";

    /// <exception cref="InvalidOperationException">The server is too old.</exception>
    private void CheckServer(NpgsqlConnection connection)
    {
        if (connection.PostgreSqlVersion.Major < OldestServer)
            throw new InvalidOperationException(
                $"The task hub needs PostgreSQL {OldestServer} or newer; the server at {connection.Host} is {connection.PostgreSqlVersion}.");

        using var command = new NpgsqlCommand("show fsync", connection);
        if (command.ExecuteScalar() is not "on")
            Log.NotDurable(_logger, connection.Host);
    }

    private NpgsqlConnection OpenToClaim()
    {
        try
        {
            return _database.OpenConnection();
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException or System.Net.Sockets.SocketException)
        {
            throw new NotClaimedException(e);
        }
    }

    private void DeclareDeadNodes(NpgsqlConnection connection)
    {
        using var find = Command(connection, FindExpired, Int(_hub));
        List<Guid> expired;
        using (var reader = find.ExecuteReader())
            expired = ReadAll(reader, row => row.GetGuid(0));
        if (expired.Count == 0)
            return;

        using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(Statement(EndTransactions, Texts(expired.Select(id => $"task_hub {id}"))));
        batch.BatchCommands.Add(Statement(DeclareExpiredDead, Int(_hub)));
        batch.ExecuteNonQuery();
    }

    private Dictionary<string, Claimed> ClaimIds(NpgsqlConnection connection, Guid node, IReadOnlyCollection<string>? names, int limit)
    {
        try
        {
            using var batch = new NpgsqlBatch(connection);
            batch.BatchCommands.Add(Statement(RemoveEmptyDead, Int(_hub)));
            batch.BatchCommands.Add(Statement(BeginCommit, Int(_hub), Id(node)));
            batch.BatchCommands.Add(Statement(
                ClaimInstances, Int(_hub), Id(node), Texts(names?.Select(name => name.ToLowerInvariant())), Int(limit)));
            using var reader = batch.ExecuteReader();
            reader.NextResult();
            return ReadAll(reader, row => new Claimed(row.GetString(0), row.GetInt16(1), row.GetBoolean(2), row.GetBoolean(3), row.IsDBNull(4) ? null : row.GetString(4)))
                .ToDictionary(row => row.Id);
        }
        catch (PostgresException e) when (Translate(e) is { } refusal)
        {
            throw refusal;
        }
    }

    private static OrchestrationState State(NpgsqlDataReader row) => StateRow(row).Read(out _);

    private static StoredState StateRow(NpgsqlDataReader row) => new(
        row.GetFieldValue<byte[]>(0),
        row.GetString(1),
        row.GetString(2),
        row.GetString(3),
        (OrchestrationStatus)row.GetInt16(4),
        row.IsDBNull(5) ? null : row.GetString(5),
        row.GetFieldValue<DateTimeOffset>(6),
        row.GetFieldValue<DateTimeOffset>(7),
        row.IsDBNull(8) ? null : row.GetFieldValue<DateTimeOffset>(8));

    private static StoredMessage ReadMessage(NpgsqlDataReader row) =>
        new(row.GetString(0), row.GetGuid(1), row.IsDBNull(2) ? null : row.GetString(2), row.GetFieldValue<byte[]>(3));

    private static NpgsqlCommand Command(NpgsqlConnection connection, string sql, params NpgsqlParameter[] parameters)
    {
        var command = new NpgsqlCommand(sql, connection);
        command.Parameters.AddRange(parameters);
        return command;
    }

    private static List<T> ReadAll<T>(NpgsqlDataReader reader, Func<NpgsqlDataReader, T> read)
    {
        List<T> rows = [];
        while (reader.Read())
            rows.Add(read(reader));
        return rows;
    }

    private static async Task<List<T>> ReadAllAsync<T>(NpgsqlCommand command, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken)
    {
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        List<T> rows = [];
        while (await reader.ReadAsync(cancellationToken))
            rows.Add(read(reader));
        return rows;
    }

    private static partial class Log
    {
        [LoggerMessage(60, LogLevel.Error, "The PostgreSQL server at {Host} runs with fsync = off: a crash of it loses what this hub has accepted.")]
        public static partial void NotDurable(ILogger logger, string? host);
    }
}
