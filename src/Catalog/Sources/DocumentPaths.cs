namespace Pao.Catalog.Sources;

/// <summary>Which files of a catalog hold documents.</summary>
internal static class DocumentPaths
{
    /// <summary>Folders beside the documents, which hold no documents.</summary>
    private static readonly string[] NotDocuments = ["schema", "templates"];

    /// <param name="path">Below the catalog's root, with <c>/</c>.</param>
    public static bool IsDocument(string path) =>
        HasDocumentName(path)
        && IsPlace(path.Split('/'))
        && !IsOdd(path);

    public static bool HasDocumentName(string path) => Path.GetExtension(path) is ".yaml" or ".yml";

    /// <summary>Whether what stands there, if it were a folder, would be one of documents.</summary>
    public static bool MayHold(string path) => Path.GetExtension(path).Length == 0 && IsPlace(path.Split('/'));

    /// <summary>Whether a path could mean another place than it says, or can not be shown.</summary>
    public static bool IsOdd(string path) =>
        path.Split('/').Any(part => part is "" or "." or "..") || path.Any(letter => letter is '\\' || char.IsControl(letter));

    private static bool IsPlace(string[] parts) => !NotDocuments.Contains(parts[0]) && !Array.Exists(parts, part => part.StartsWith('.'));
}
