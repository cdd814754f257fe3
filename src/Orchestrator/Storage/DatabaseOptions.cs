using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Pao.Orchestrator.Storage;

/// <summary>Where requests live.</summary>
public sealed class DatabaseOptions
{
    /// <summary>A PostgreSQL connection string (Npgsql's format). Unset: SQLite in <see cref="DataDirectory"/>.</summary>
    public string? ConnectionString { get; set; }

    /// <summary>
    /// Whether settings and prepared statements may stay in a session. PostgreSQL's own sessions are told from a pooler's; false
    /// is for a pooler that looks like the server.
    /// </summary>
    public bool KeepsSessions { get; set; } = true;

    /// <summary>Folder of the SQLite file.</summary>
    [Required]
    public string DataDirectory { get; set; } = ".pao";
}

[OptionsValidator]
internal sealed partial class DatabaseOptionsValidator : IValidateOptions<DatabaseOptions>;
