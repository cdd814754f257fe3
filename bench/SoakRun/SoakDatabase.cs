using Npgsql;

namespace Pao.Soak;

/// <summary>The run's database, and the driver's own view of it.</summary>
internal sealed class SoakDatabase
{
    public const string Session = "pao soak";

    private const string CountLeftovers = """
        select (select count(*) from task_hub.instance),
          (select count(*) from task_hub.history),
          (select count(*) from task_hub.inbox),
          (select count(*) from task_hub.activity),
          (select count(*) from task_hub.node where dead or expires_at < now())
        """;

    private const string CountMembers = "select count(*) from task_hub.node where not dead and expires_at > now()";

    private const string HasSchema = "select to_regclass('task_hub.activity') is not null";

    private readonly string _server;
    private readonly string _name;

    private SoakDatabase(string server, string name)
    {
        (_server, _name) = (server, name);
        ConnectionString = new NpgsqlConnectionStringBuilder(server) { Database = name }.ToString();
        Source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(ConnectionString) { ApplicationName = Session, CommandTimeout = 60 });
    }

    public string ConnectionString { get; }

    public NpgsqlDataSource Source { get; }

    public static async Task<SoakDatabase> CreateAsync(string server)
    {
        var name = $"pao_soak_{Guid.NewGuid():N}";
        await ExecuteAsync(server, $"create database {name}");
        return new SoakDatabase(server, name);
    }

    public async Task WaitForMembersAsync(int count, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(TimeSpan.FromMinutes(1));
        while (await ScalarAsync(HasSchema, limit.Token) is not true || await ScalarAsync(CountMembers, limit.Token) is not long members || members < count)
            await Task.Delay(200, limit.Token);
    }

    /// <summary>What is left after everything was purged. Dead nodes' rows go at the next look of a live one.</summary>
    public async Task<IReadOnlyList<string>> LeftoversAsync(int members, CancellationToken cancellationToken)
    {
        var counts = new long[5];
        for (var tries = 0; tries < 60; tries++)
        {
            await using var command = Source.CreateCommand(CountLeftovers);
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            await reader.ReadAsync(cancellationToken);
            for (var i = 0; i < counts.Length; i++)
                counts[i] = reader.GetInt64(i);
            if (counts.Sum() == 0 && await ScalarAsync(CountMembers, cancellationToken) is long alive && alive == members)
                return [];
            await Task.Delay(500, cancellationToken);
        }

        return [$"left over: {counts[0]} instances, {counts[1]} turns, {counts[2]} inbox rows, {counts[3]} activity rows, {counts[4]} dead nodes; {await ScalarAsync(CountMembers, cancellationToken)} of {members} nodes live"];
    }

    public async Task DisposeAsync(bool keep)
    {
        await Source.DisposeAsync();
        if (keep)
            await Console.Error.WriteLineAsync($"The database {_name} is kept.");
        else
            await ExecuteAsync(_server, $"drop database {_name} with (force)");
    }

    private async Task<object?> ScalarAsync(string sql, CancellationToken cancellationToken) =>
        await Source.CreateCommand(sql).ExecuteScalarAsync(cancellationToken);

    private static async Task ExecuteAsync(string server, string sql)
    {
        await using var source = NpgsqlDataSource.Create(server);
        await source.CreateCommand(sql).ExecuteNonQueryAsync();
    }
}
