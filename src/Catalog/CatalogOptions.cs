using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Pao.Catalog;

/// <summary>Where the catalog is; bound from <c>Pao:Catalog</c>.</summary>
public sealed class CatalogOptions
{
    public const string Section = "Pao:Catalog";

    [Required, MinLength(1)]
    public string Folder { get; set; } = "catalog";

    /// <summary>Whether a change of the folder is picked up without being asked.</summary>
    public bool Watch { get; set; } = true;

    /// <summary>How often the folder is compared with what was loaded, in case its file system told of no change.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long the start waits for the source, before it goes on with the catalog that was kept last.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan StartTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Environment variables that templates may read as <c>env.NAME</c>; none but these.</summary>
    public IList<string> AllowedEnvironment { get; } = [];

    /// <summary>Says why a secret may not be used so, or null; without it, all may.</summary>
    public Func<SecretUse, string?>? WhySecretRefused { get; set; }

    /// <summary>Activities of the service itself, which an action of type <c>custom</c> may not name. Without regard to case.</summary>
    public ISet<string> ReservedActivities { get; } = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
}

[OptionsValidator]
internal sealed partial class CatalogOptionsValidator : IValidateOptions<CatalogOptions>;
