namespace Pao.Catalog.Sources.GitLab;

/// <summary>The catalog's project on a GitLab.</summary>
public sealed class GitLabOptions
{
    public const string Section = "Pao:Catalog:GitLab";

    /// <summary>Its path, <c>group/project</c> or <c>group/subgroup/project</c>.</summary>
    public string Project { get; set; } = "";

    public string Branch { get; set; } = "main";

    /// <summary>The folder within the project's repository that holds the documents; empty for all of it.</summary>
    public string Folder { get; set; } = "";

    /// <summary>Reads the project, and sets commit statuses; null for a public project that is only read.</summary>
    public string? Token { get; set; }

    /// <summary>Of a GitLab of one's own: <c>https://host/api/v4</c>.</summary>
    public Uri Api { get; set; } = new("https://gitlab.com/api/v4");

    internal IEnumerable<string> Mistakes()
    {
        if (Project.Split('/') is not [_, _, ..] parts || parts.Any(string.IsNullOrWhiteSpace))
        {
            yield return $"{Section}:{nameof(Project)} must be group/project, not '{Project}'.";
        }

        foreach (var mistake in GitSettings.Mistakes(Section, Branch, Folder, Api))
        {
            yield return mistake;
        }
    }
}
