using System.Data.Common;
using System.Text.Json.Nodes;
using Pao.Orchestrator.Requests;

namespace Pao.Orchestrator.Storage;

/// <summary>The row that a reader stands on, by the names of its columns.</summary>
internal readonly struct Row(DbDataReader reader, Database database)
{
    public Guid Uuid(string name) => reader.GetGuid(reader.GetOrdinal(name));

    public Guid? UuidOrNull(string name) => IsNull(name) ? null : Uuid(name);

    public string Text(string name) => reader.GetString(reader.GetOrdinal(name));

    public string? TextOrNull(string name) => IsNull(name) ? null : Text(name);

    public ReadOnlyMemory<byte> Bytes(string name) => reader.GetFieldValue<byte[]>(reader.GetOrdinal(name));

    public ReadOnlyMemory<byte>? BytesOrNull(string name) => IsNull(name) ? default(ReadOnlyMemory<byte>?) : Bytes(name);

    public long Number(string name) => reader.GetInt64(reader.GetOrdinal(name));

    public long? NumberOrNull(string name) => IsNull(name) ? null : Number(name);

    public int Count(string name) => checked((int)Number(name));

    /// <summary>A number that is 1, or the database's own truth.</summary>
    public bool Truth(string name) => Convert.ToBoolean(reader.GetValue(reader.GetOrdinal(name)), System.Globalization.CultureInfo.InvariantCulture);

    public DateTimeOffset Time(string name) => database.ReadTime(reader, reader.GetOrdinal(name));

    public DateTimeOffset? TimeOrNull(string name) => IsNull(name) ? null : Time(name);

    public JsonObject? ObjectOrNull(string name) =>
        TextOrNull(name) is { } json ? (JsonObject?)JsonNode.Parse(json) : null;

    public JsonObject Object(string name) =>
        ObjectOrNull(name) ?? throw new InvalidDataException($"Column {name} holds no JSON object.");

    public RequestStatus Status(string name) =>
        RequestStatuses.Parse(Text(name)) ?? throw new InvalidDataException($"This build does not know the status {Text(name)}.");

    private bool IsNull(string name) => reader.IsDBNull(reader.GetOrdinal(name));
}
