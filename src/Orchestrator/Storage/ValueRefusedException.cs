using System.Data.Common;

namespace Pao.Orchestrator.Storage;

/// <summary>The database is there, and would refuse the same value again: nobody may wait for it as for one that is away.</summary>
internal sealed class ValueRefusedException(DbException refused) : DbException($"The database cannot keep a value: {refused.Message}", refused)
{
    public override string? SqlState => refused.SqlState;
}
