namespace Pao.Cli.Reports;

/// <summary>Paths of the catalog's files as they are shown: from the current folder, or whole when they are not below it.</summary>
internal sealed class ShownPaths(string current, string folder)
{
    private readonly string _root = Path.GetFullPath(folder, current);

    /// <param name="file">Below the catalog's folder; null for the folder itself.</param>
    public string Of(string? file)
    {
        var full = file is null ? _root : Path.Combine(_root, file);
        var relative = Path.GetRelativePath(current, full);
        var shown = relative.Split(Path.DirectorySeparatorChar)[0] is ".." ? full : relative;
        return shown.Replace('\\', '/');
    }
}
