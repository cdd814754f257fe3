using System.Formats.Tar;

namespace Pao.Catalog.Sources;

/// <summary>
/// Tells files from what only looks like one: whoever opens a named pipe waits until somebody writes into it, and a device may
/// do anything.
/// </summary>
internal static class FileKind
{
    private const int TypeFlag = 156;

    /// <summary>
    /// Whether it may be opened. Pipes, sockets and devices have no size, so nothing else that has none is opened either; it is empty.
    /// </summary>
    public static bool MayBeOpened(FileInfo file) => file.Length > 0;

    /// <summary>What it is in place of a file; null for a file.</summary>
    public static string? SpecialName(FileInfo file)
    {
        if (MayBeOpened(file))
        {
            return null;
        }

        // The runtime tells what kind of file something is in one place only: where it writes its entry into an archive.
        using var archive = new MemoryStream();
        try
        {
            using var tar = new TarWriter(archive, TarEntryFormat.Ustar, leaveOpen: true);
            tar.WriteEntry(file.FullName, "file");
        }
        catch (IOException) when (file.Exists)
        {
            return "A socket, or what else is no file,";
        }

        catch (ArgumentException)
        {
            return null; // its owner or its time has no room in such an entry; it has no size, so nothing opens it
        }

        return archive.GetBuffer().ElementAtOrDefault(TypeFlag) switch
        {
            (byte)TarEntryType.Fifo => "A named pipe",
            (byte)TarEntryType.CharacterDevice or (byte)TarEntryType.BlockDevice => "A device",
            _ => null,
        };
    }
}
