namespace Pao.Catalog.Sources;

/// <summary>Which files of a catalog hold documents.</summary>
internal static class DocumentPaths
{
    /// <summary>Folders beside the documents, which hold no documents.</summary>
    private static readonly string[] NotDocuments = ["schema", "templates"];

    /// <param name="path">Below the catalog's root, with <c>/</c>.</param>
    public static bool IsDocument(string path) =>
        Path.GetExtension(path) is ".yaml" or ".yml"
        && path.Split('/') is [var top, ..] parts
        && !NotDocuments.Contains(top)
        && !Array.Exists(parts, part => part.StartsWith('.'));
}
