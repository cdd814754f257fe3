namespace Pao.Activities.GitHub;

/// <summary>
/// What inbound events about things at GitHub are recognised by. GitHub's names make no difference between cases, so these are in
/// small letters.
/// </summary>
public static class GitHubHints
{
    /// <summary><c>github:acme/infra:run:123</c>.</summary>
    /// <param name="repository"><c>owner/name</c>.</param>
    /// <param name="id">The run's.</param>
    public static string Run(string repository, long id) => $"{Of(repository)}:run:{id}";

    /// <summary><c>github:acme/infra:pull:7</c>.</summary>
    public static string Pull(string repository, long number) => $"{Of(repository)}:pull:{number}";

    private static string Of(string repository) => $"github:{repository.ToLowerInvariant()}";
}
