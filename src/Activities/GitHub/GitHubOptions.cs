using System.ComponentModel.DataAnnotations;

namespace Pao.Activities.GitHub;

/// <summary>As whom actions call GitHub; bound from <c>Pao:GitHub</c>.</summary>
public sealed class GitHubOptions
{
    public const string Section = "Pao:GitHub";

    /// <summary>By the login of a repository's owner; <c>default</c> is for those that are not named.</summary>
    public IDictionary<string, GitHubOwnerOptions> Owners { get; } =
        new Dictionary<string, GitHubOwnerOptions>(StringComparer.OrdinalIgnoreCase);
}

/// <summary>How the repositories of one owner are reached, and which of them actions may touch.</summary>
public sealed class GitHubOwnerOptions
{
    /// <summary>Of a GitHub Enterprise Server: <c>https://host/api/v3</c>.</summary>
    [Required]
    public Uri Api { get; set; } = new("https://api.github.com");

    /// <summary>The name of the secret that holds a token; null where a GitHub App calls.</summary>
    public string? Token { get; set; }

    /// <summary>The GitHub App that calls in place of a token.</summary>
    public GitHubAppOptions? App { get; set; }

    /// <summary>
    /// The repositories in which documents may start workflows, as <c>owner/name</c>, with <c>*</c> for any letters: <c>acme/*</c>.
    /// Empty: none.
    /// </summary>
    public IList<string> Repositories { get; } = [];

    /// <summary>The input by which a run tells for which action it was started, where its workflow takes it; empty: none is sent.</summary>
    public string MarkerInput { get; set; } = "pao_key";

    /// <summary>How long a run that was started may take until GitHub lists it; after that it is taken not to exist.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:05:00")]
    public TimeSpan SearchGrace { get; set; } = TimeSpan.FromSeconds(30);
}

/// <summary>A GitHub App: it signs for itself, and gets tokens that are good for an hour.</summary>
public sealed class GitHubAppOptions
{
    /// <summary>Its client id, or its app id.</summary>
    public string? Id { get; set; }

    /// <summary>The name of the secret that holds its private key, as PEM.</summary>
    public string? PrivateKey { get; set; }

    /// <summary>Its installation; null: GitHub is asked for that of the repository.</summary>
    public long? InstallationId { get; set; }
}
