using System.Text.RegularExpressions;

namespace Pao.Catalog.Sources.GitHub;

/// <summary>The catalog's repository on GitHub.</summary>
public sealed partial class GitHubOptions
{
    public const string Section = "Pao:Catalog:GitHub";

    /// <summary><c>owner/name</c>.</summary>
    public string Repository { get; set; } = "";

    public string Branch { get; set; } = "main";

    /// <summary>The folder within the repository that holds the documents; empty for all of it.</summary>
    public string Folder { get; set; } = "";

    /// <summary>Reads the repository, and sets commit statuses; null for a public repository that is only read.</summary>
    public string? Token { get; set; }

    /// <summary>Of a GitHub Enterprise Server: <c>https://host/api/v3</c>.</summary>
    public Uri Api { get; set; } = new("https://api.github.com");

    internal IEnumerable<string> Mistakes()
    {
        if (!OwnerAndName().IsMatch(Repository))
        {
            yield return $"{Section}:{nameof(Repository)} must be owner/name, not '{Repository}'.";
        }

        foreach (var mistake in GitSettings.Mistakes(Section, Branch, Folder, Api))
        {
            yield return mistake;
        }
    }

    [GeneratedRegex(@"^[A-Za-z0-9](?:[A-Za-z0-9-]{0,38})/[A-Za-z0-9._-]{1,100}\z", RegexOptions.NonBacktracking)]
    private static partial Regex OwnerAndName();
}
