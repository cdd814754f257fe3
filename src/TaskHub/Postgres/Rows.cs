using Npgsql;
using NpgsqlTypes;
using Pao.TaskHub.Commits;

namespace Pao.TaskHub.Postgres;

/// <summary>A batch's statement with its parameters in order; columns of many rows go as arrays.</summary>
internal static class Rows
{
    public static NpgsqlBatchCommand Statement(string sql, params NpgsqlParameter[] parameters)
    {
        var command = new NpgsqlBatchCommand(sql);
        command.Parameters.AddRange(parameters);
        return command;
    }

    public static NpgsqlParameter Int(int value) => new NpgsqlParameter<int> { TypedValue = value };

    public static NpgsqlParameter Id(Guid value) => new NpgsqlParameter<Guid> { TypedValue = value };

    public static NpgsqlParameter Span(TimeSpan value) => new NpgsqlParameter<TimeSpan> { TypedValue = value, NpgsqlDbType = NpgsqlDbType.Interval };

    public static NpgsqlParameter Text(string? value) =>
        new() { Value = (object?)value ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text };

    public static NpgsqlParameter Time(DateTimeOffset? value) =>
        new() { Value = value is null ? DBNull.Value : value.Value.UtcDateTime, NpgsqlDbType = NpgsqlDbType.TimestampTz };

    public static NpgsqlParameter Texts(IEnumerable<string?>? values) =>
        new() { Value = values is null ? DBNull.Value : values.ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text };

    public static NpgsqlParameter Ids(IEnumerable<Guid> values) => Array(NpgsqlDbType.Uuid, values);

    public static NpgsqlParameter Ints(IEnumerable<int> values) => Array(NpgsqlDbType.Integer, values);

    public static NpgsqlParameter Smalls(IEnumerable<short> values) => Array(NpgsqlDbType.Smallint, values);

    public static NpgsqlParameter Smalls(IEnumerable<short?> values) => Array(NpgsqlDbType.Smallint, values);

    public static NpgsqlParameter Flags(IEnumerable<bool> values) => Array(NpgsqlDbType.Boolean, values);

    public static NpgsqlParameter Blobs(IEnumerable<byte[]> values) => Array(NpgsqlDbType.Bytea, values);

    public static NpgsqlParameter Times(IEnumerable<DateTimeOffset?> values) =>
        Array(NpgsqlDbType.TimestampTz, values.Select(value => value?.UtcDateTime));

    public static NpgsqlBatchCommand Inbox(string sql, int hub, IReadOnlyList<InboxWrite> rows) => Statement(
        sql,
        Int(hub),
        Texts(rows.Select(row => row.InstanceId)),
        Ids(rows.Select(row => row.MessageId)),
        Texts(rows.Select(row => row.ExecutionId)),
        Blobs(rows.Select(row => row.Event)));

    private static NpgsqlParameter Array<T>(NpgsqlDbType element, IEnumerable<T> values) =>
        new() { Value = values.ToArray(), NpgsqlDbType = NpgsqlDbType.Array | element };
}
