using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;
using Pao.Catalog.Sources;
using Pao.Catalog.Sources.GitHub;
using Pao.Catalog.Sources.GitLab;
using Pao.Catalog.Sources.Ownership;

namespace Pao.Catalog;

/// <summary>Where the catalog is; bound from <c>Pao:Catalog</c>.</summary>
public sealed class CatalogOptions
{
    public const string Section = "Pao:Catalog";

    /// <summary>The HTTP client, of the process's factory, by which repositories are read; the process guards its handler.</summary>
    public const string HttpClientName = "catalog-source";

    /// <summary>What the documents are read from.</summary>
    [EnumDataType(typeof(SourceKind), ErrorMessage = "Pao:Catalog:Source must be folder, github or gitlab.")]
    public SourceKind Source { get; set; }

    /// <summary>What becomes of changes by somebody whom CODEOWNERS does not name as owner; for repositories that have one.</summary>
    [EnumDataType(typeof(OwnershipMode), ErrorMessage = "Pao:Catalog:Ownership must be enforce, report or off.")]
    public OwnershipMode Ownership { get; set; }

    /// <summary>The repository, when the source is GitHub.</summary>
    public GitHubOptions GitHub { get; } = new();

    /// <summary>The project, when the source is GitLab.</summary>
    public GitLabOptions GitLab { get; } = new();

    [Required, MinLength(1)]
    public string Folder { get; set; } = "catalog";

    /// <summary>Whether a change of the source is picked up without being asked.</summary>
    public bool Watch { get; set; } = true;

    /// <summary>How often the source is compared with what was loaded, in case nobody told of a change.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long the start waits for the source, before it goes on with the catalog that was kept last.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan StartTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Environment variables that templates may read as <c>env.NAME</c>; none but these.</summary>
    public IList<string> AllowedEnvironment { get; } = [];

    /// <summary>Says why a secret may not be used so, or null; without it, all may.</summary>
    public Func<SecretUse, string?>? WhySecretRefused { get; set; }

    /// <summary>
    /// Takes in a loop by its name, and gives what it calls each time it has come round, with how long it may be until the next
    /// time. Without it, nobody asks whether the loops live.
    /// </summary>
    public Func<string, Action<TimeSpan>> Heartbeat { get; set; } = static _ => static _ => { };

    /// <summary>Activities of the service itself, which an action of type <c>custom</c> may not name. Without regard to case.</summary>
    public ISet<string> ReservedActivities { get; } = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
}

[OptionsValidator]
internal sealed partial class CatalogOptionsValidator : IValidateOptions<CatalogOptions>;

/// <summary>Holds the settings of the source that is chosen to what it needs; the others may say anything.</summary>
internal sealed class SourceOptionsValidator : IValidateOptions<CatalogOptions>
{
    public ValidateOptionsResult Validate(string? name, CatalogOptions options)
    {
        var mistakes = options.Source switch
        {
            SourceKind.GitHub => options.GitHub.Mistakes().ToList(),
            SourceKind.GitLab => [.. options.GitLab.Mistakes()],
            _ => [],
        };
        return mistakes.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(mistakes);
    }
}
