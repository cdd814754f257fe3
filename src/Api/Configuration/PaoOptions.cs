using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Pao.Api.Configuration;

/// <summary>What every part shares; bound from <c>Pao</c>.</summary>
internal sealed class PaoOptions
{
    public const string Section = "Pao";

    /// <summary>The folder of everything PAO keeps on this machine.</summary>
    [Required(ErrorMessage = "Pao:DataDirectory must name a folder.")]
    public string DataDirectory { get; set; } = ".pao";

    /// <summary>From <c>DATABASE_URL</c>: a PostgreSQL URL or Npgsql connection string. Unset: SQLite in the data directory.</summary>
    [DatabaseUrl]
    public string? DatabaseUrl { get; set; }
}

[OptionsValidator]
internal sealed partial class PaoOptionsValidator : IValidateOptions<PaoOptions>;
