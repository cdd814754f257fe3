using Google.Protobuf;
using Microsoft.Data.Sqlite;
using Pao.DurableTask.Protocol;

namespace Pao.EndToEnd.Tests.Programs;

/// <summary>
/// With <c>PAO_RECORD_HISTORIES</c> naming a folder, tests keep there what their requests' orchestrations left in SQLite;
/// tests/Orchestrator.Tests/Histories was made that way.
/// </summary>
internal static class RecordedHistory
{
    /// <summary>Keeps the histories, if that is asked for.</summary>
    /// <param name="pao">On SQLite, and stopped.</param>
    /// <param name="requests">Request ids by the names of their files.</param>
    public static async Task KeepAsync(PaoProcess pao, IReadOnlyDictionary<string, string> requests)
    {
        if (Environment.GetEnvironmentVariable("PAO_RECORD_HISTORIES") is not { Length: > 0 } folder)
            return;

        foreach (var (name, id) in requests)
            await File.WriteAllTextAsync(Path.Combine(folder, name + ".json"), Read(pao.Data, id), TestContext.Current.CancellationToken);
    }

    private static string Read(string data, string id)
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(data, "taskhub-default.db")};Mode=ReadOnly;Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "select events from history where instance_id = @id order by turn";
        command.Parameters.AddWithValue("@id", id);
        var history = new HistoryChunk();
        using var reader = command.ExecuteReader();
        while (reader.Read())
            history.MergeFrom(reader.GetFieldValue<byte[]>(0));
        return new JsonFormatter(JsonFormatter.Settings.Default.WithIndentation()).Format(history) + "\n";
    }
}
