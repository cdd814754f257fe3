using System.IO.Enumeration;

namespace Pao.Activities.GitHub;

/// <summary>One configured owner of repositories, or the one that stands for all others.</summary>
internal sealed record GitHubOwner(string Name, GitHubOwnerOptions Options)
{
    /// <summary>As health, metrics and messages call it.</summary>
    public string System => $"github:{Name}";

    public string ConfigurationPath => $"{GitHubOptions.Section}:Owners:{Name}";

    /// <summary>The address of an operation, by its path below the API's.</summary>
    public Uri Api(string path) => new($"{Options.Api.AbsoluteUri.TrimEnd('/')}/{path}");

    /// <summary>Why documents may not touch a repository; null when they may.</summary>
    public string? WhyRefused(GitHubRepository repository) =>
        Options.Repositories.Any(pattern => FileSystemName.MatchesSimpleExpression(pattern, repository.FullName, ignoreCase: true))
            ? null
            : $"Documents may not start workflows in {repository.FullName}. An operator allows it in {ConfigurationPath}:Repositories.";
}
