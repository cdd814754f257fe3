namespace Pao.Catalog.Sources;

/// <summary>What the settings of all hosts of git repositories have in common.</summary>
internal static class GitSettings
{
    public static IEnumerable<string> Mistakes(string section, string branch, string folder, Uri api)
    {
        if (string.IsNullOrWhiteSpace(branch) || branch.StartsWith("refs/", StringComparison.Ordinal))
        {
            yield return $"{section}:Branch must be the name of a branch, such as main, not '{branch}'.";
        }

        if (folder.Length > 0 && (folder.Contains('\\') || folder.Trim('/').Split('/').Any(part => part is "" or "." or "..")))
        {
            yield return $"{section}:Folder must be a path within the repository, such as catalog, not '{folder}'.";
        }

        if (!api.IsAbsoluteUri || api.Scheme is not ("https" or "http") || api.UserInfo.Length > 0 || api.Query.Length > 0)
        {
            yield return $"{section}:Api must be an absolute https address without user, password and query.";
        }
    }

    /// <summary>The folder as paths begin with it: empty, or with a slash at its end only.</summary>
    public static string PrefixOf(string folder) => folder.Trim('/') is { Length: > 0 } name ? name + "/" : "";

    /// <summary>An address that others can be added to.</summary>
    public static Uri BaseOf(Uri api) => api.AbsoluteUri.EndsWith('/') ? api : new Uri(api.AbsoluteUri + "/");
}
