namespace Pao.Catalog.Folders;

/// <summary>The files of a catalog on disk. Links are not followed: they could lead out of it.</summary>
internal sealed class CatalogFolder(string path)
{
    private static readonly EnumerationOptions NoLinks = new()
    {
        RecurseSubdirectories = true,
        MaxRecursionDepth = 16,
        AttributesToSkip = FileAttributes.ReparsePoint | FileAttributes.Hidden | FileAttributes.System,
        IgnoreInaccessible = false,
    };

    /// <summary>Folders beside the documents, which hold no documents.</summary>
    private static readonly string[] NotDocuments = ["schema", "templates"];

    public string FullPath { get; } = Path.GetFullPath(path);

    /// <summary>The documents' paths below the folder, with <c>/</c>, in order.</summary>
    public IReadOnlyList<string> Files() =>
    [
        .. Directory.EnumerateFiles(FullPath, "*", NoLinks)
            .Where(file => Path.GetExtension(file) is ".yaml" or ".yml")
            .Select(file => Path.GetRelativePath(FullPath, file).Replace('\\', '/'))
            .Where(file => !NotDocuments.Contains(file.Split('/')[0]))
            .Order(StringComparer.Ordinal),
    ];

    /// <returns>At most <paramref name="limit"/> bytes; null when the file has gone meanwhile.</returns>
    public async Task<byte[]?> ReadAsync(string file, int limit, CancellationToken cancellationToken)
    {
        try
        {
            await using var stream = new FileStream(
                Path.Combine(FullPath, file), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 4096, useAsync: true);
            var buffer = new byte[(int)Math.Min(limit, stream.Length)];
            var read = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
            return buffer[..read];
        }
        catch (Exception gone) when (gone is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Changes with every change of a document, as far as sizes and times tell.</summary>
    public int Stamp()
    {
        if (!Directory.Exists(FullPath))
        {
            return 0;
        }

        var stamp = default(HashCode);
        foreach (var file in Files())
        {
            var facts = new FileInfo(Path.Combine(FullPath, file));
            stamp.Add(file, StringComparer.Ordinal);
            stamp.Add(facts.Exists ? facts.Length : -1);
            stamp.Add(facts.Exists ? facts.LastWriteTimeUtc : DateTime.MinValue);
        }

        return stamp.ToHashCode();
    }
}
