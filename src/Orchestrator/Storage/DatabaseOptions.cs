using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Pao.Orchestrator.Storage;

/// <summary>Where requests live.</summary>
public sealed class DatabaseOptions
{
    /// <summary>A PostgreSQL connection string (Npgsql's format). Unset: SQLite in <see cref="DataDirectory"/>.</summary>
    public string? ConnectionString { get; set; }

    /// <summary>Folder of the SQLite file.</summary>
    [Required]
    public string DataDirectory { get; set; } = ".pao";
}

[OptionsValidator]
internal sealed partial class DatabaseOptionsValidator : IValidateOptions<DatabaseOptions>;
