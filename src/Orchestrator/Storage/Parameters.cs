using System.Data.Common;

namespace Pao.Orchestrator.Storage;

/// <summary>The parameters of one statement, in the database's own types.</summary>
internal readonly struct Parameters(DbParameterCollection parameters, Database database)
{
    public Parameters Uuid(string name, Guid? value) => Add(database.Uuid(name, value));

    /// <summary>Times keep microseconds, which both databases store.</summary>
    public Parameters Time(string name, DateTimeOffset? value) => Add(database.Time(name, value));

    public Parameters Json(string name, string? value) => Add(database.Json(name, value));

    public Parameters Text(string name, string? value) => Add(database.Text(name, value));

    public Parameters Bytes(string name, ReadOnlyMemory<byte>? value) => Add(database.Bytes(name, value));

    public Parameters Number(string name, long? value) => Add(database.Number(name, value));

    private Parameters Add(DbParameter parameter)
    {
        parameters.Add(parameter);
        return this;
    }
}
