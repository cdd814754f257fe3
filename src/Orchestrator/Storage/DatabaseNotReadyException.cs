using System.Data.Common;

namespace Pao.Orchestrator.Storage;

/// <summary>The database has not been reached since the process started.</summary>
public sealed class DatabaseNotReadyException() : DbException("The database has not been reached yet since the start.")
{
    public override bool IsTransient => true;
}
