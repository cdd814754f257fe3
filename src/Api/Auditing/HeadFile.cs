using System.Globalization;
using System.Text;
using Pao.Audit;

namespace Pao.Api.Auditing;

/// <summary>
/// A folder that heads are appended to, a file each month: one line each, on disk when the write returns. One process writes at
/// a time; another on the same folder finds it taken.
/// </summary>
internal sealed class HeadFile(string folder) : IDisposable
{
    private const string Pattern = "heads-*.jsonl";
    private const string LockName = "writer.lock";

    private FileStream? _lock;
    private string? _newest;

    public string Folder { get; } = Path.GetFullPath(folder);

    /// <summary>The last head that was written here, by whichever process; null when there is none.</summary>
    public AuditHead? Last()
    {
        foreach (var file in Directory.EnumerateFiles(Folder, Pattern).OrderDescending(StringComparer.Ordinal))
        {
            _newest = Newer(Path.GetFileName(file));
            DropTornLine(file);
            if (File.ReadLines(file).Select(AuditHead.Parse).LastOrDefault(head => head is not null) is { } last)
                return last;
        }

        return null;
    }

    // What a crash cut off was told to nobody: without it, the next line is one of its own.
    private static void DropTornLine(string file)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.ReadWrite, FileShare.Read);
        var length = stream.Length;
        for (; length > 0; length--)
        {
            stream.Position = length - 1;
            if (stream.ReadByte() == '\n')
                break;
        }

        if (length < stream.Length)
            stream.SetLength(length);
    }

    /// <summary>Whether this process is the one that writes; it stays so until it ends.</summary>
    public bool TryTake()
    {
        if (_lock is not null)
            return true;

        Directory.CreateDirectory(Folder);
        try
        {
            _lock = new FileStream(Path.Combine(Folder, LockName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    public void Append(AuditHead head)
    {
        _newest = Newer($"heads-{head.At.UtcDateTime.ToString("yyyy-MM", CultureInfo.InvariantCulture)}.jsonl");
        using var stream = new FileStream(Path.Combine(Folder, _newest), FileMode.Append, FileAccess.Write, FileShare.Read);
        stream.Write(Encoding.UTF8.GetBytes($"{head.ToLine()}\n"));
        stream.Flush(flushToDisk: true);
    }

    // After a step of the clock the last one stays the last: numbers are given by it.
    private string Newer(string name) => string.CompareOrdinal(_newest, name) > 0 ? _newest ?? name : name;

    public void KeepPublicKey(HeadKey key)
    {
        var file = Path.Combine(Folder, $"public-key-{key.Id}.pem");
        if (!File.Exists(file) || File.ReadAllText(file).TrimEnd() != key.PublicPem.TrimEnd()) // a full disk would empty it
            File.WriteAllText(file, key.PublicPem + "\n");
    }

    public void Dispose()
    {
        _lock?.Dispose();
        _lock = null;
    }
}
