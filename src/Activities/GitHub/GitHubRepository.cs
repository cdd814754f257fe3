using System.Text.RegularExpressions;

namespace Pao.Activities.GitHub;

/// <summary>A repository, by its owner's login and its name.</summary>
internal sealed partial record GitHubRepository(string Owner, string Name)
{
    public string FullName => $"{Owner}/{Name}";

    /// <summary>Its part of the API, for paths that begin there.</summary>
    public string Path => $"repos/{Owner}/{Name}";

    /// <returns>Null when it is no <c>owner/name</c>.</returns>
    public static GitHubRepository? Parse(string text) =>
        text.Split('/') is [var owner, var name] && IsOwner(owner) && IsName(name) ? new GitHubRepository(owner, name) : null;

    public static bool IsOwner(string text) => OwnerPattern().IsMatch(text);

    // Of dots alone it would be a way to elsewhere.
    public static bool IsName(string text) => NamePattern().IsMatch(text) && text is not ("." or "..");

    [GeneratedRegex(@"^[A-Za-z0-9](?:[A-Za-z0-9_-]{0,99})\z", RegexOptions.NonBacktracking)]
    private static partial Regex OwnerPattern();

    [GeneratedRegex(@"^[A-Za-z0-9._-]{1,100}\z", RegexOptions.NonBacktracking)]
    private static partial Regex NamePattern();
}
