using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace Pao.Catalog.Sources;

/// <summary>
/// The documents of a folder. Links are not followed: they could lead out of it. Changes are known by what the file
/// system tells, and, because network and container mounts tell nothing, by looking now and then.
/// </summary>
internal sealed partial class FolderSource(CatalogOptions options, TimeProvider clock, ILogger<FolderSource> logger) : ICatalogSource
{
    private static readonly EnumerationOptions NoLinks = new()
    {
        RecurseSubdirectories = true,
        MaxRecursionDepth = 16,
        AttributesToSkip = FileAttributes.ReparsePoint | FileAttributes.Hidden | FileAttributes.System,
        IgnoreInaccessible = false,
    };

    private readonly string _root = Path.GetFullPath(options.Folder);

    public bool NeedsMemory => false;

    public int ReadsAtOnce => 1;

    public Task<SourceTree> ListAsync(string? memory, CancellationToken cancellationToken)
    {
        try
        {
            var files = new List<SourceFile>();
            var findings = new List<Finding>();
            foreach (var file in Files())
            {
                if (FactsOf(file) is { Exists: true } facts && FileKind.SpecialName(facts) is { } special)
                {
                    findings.Add(new(Severity.Error, "source.special", $"{special} is not read.", file, 0, 0, "", "put the document there as a file"));
                }
                else
                {
                    files.Add(new SourceFile(file, null));
                }
            }

            return files.Count > 0 || Directory.EnumerateFileSystemEntries(_root).Any()
                ? Task.FromResult(new SourceTree(null, files, findings))
                : throw new SourceUnavailableException($"The catalog's folder {_root} is empty: is it mounted?");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(failure);
        }
    }

    public async Task<byte[]?> ReadAsync(SourceFile file, int limit, CancellationToken cancellationToken)
    {
        try
        {
            var facts = FactsOf(file.Path);
            if (facts.Exists && !FileKind.MayBeOpened(facts))
            {
                return [];
            }

            await using var stream = new FileStream(
                facts.FullName, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 4096, useAsync: true);
            var buffer = new byte[(int)Math.Min(limit, stream.Length)];
            var read = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
            return buffer[..read];
        }
        catch (Exception gone) when (gone is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(failure);
        }
    }

    /// <summary>Who changes a folder looks at the service, not at the folder.</summary>
    public Task<Finding?> TellAsync(CatalogSnapshot snapshot, CancellationToken cancellationToken) => Task.FromResult<Finding?>(null);

    public bool Notice(SourcePush push) => false;

    public async Task WatchAsync(ChannelWriter<bool> changes, CancellationToken cancellationToken)
    {
        using var watcher = Watch(changes);
        var seen = TryStamp();
        using var timer = new PeriodicTimer(options.PollInterval, clock);
        var beat = options.Heartbeat("catalog.watch");
        beat(options.PollInterval);
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            var now = TryStamp();
            if (now != seen)
            {
                seen = now;
                changes.TryWrite(true);
            }

            beat(options.PollInterval);
        }
    }

    private static SourceUnavailableException Unreadable(Exception failure) =>
        new($"The catalog's folder can not be read: {failure.Message}", failure);

    /// <summary>The documents' paths below the folder, with <c>/</c>, in order.</summary>
    private IEnumerable<string> Files() =>
        Directory.EnumerateFiles(_root, "*", NoLinks)
            .Select(file => Path.GetRelativePath(_root, file).Replace('\\', '/'))
            .Where(DocumentPaths.IsDocument)
            .Order(StringComparer.Ordinal);

    private FileInfo FactsOf(string file) => new(Path.Combine(_root, file));

    /// <summary>Changes with every change of a document, as far as sizes and times tell. A folder that can not be read differs from what it was.</summary>
    private int? TryStamp()
    {
        try
        {
            var stamp = default(HashCode);
            foreach (var file in Files())
            {
                var facts = FactsOf(file);
                stamp.Add(file, StringComparer.Ordinal);
                stamp.Add(facts.Exists ? facts.Length : -1);
                stamp.Add(facts.Exists ? facts.LastWriteTimeUtc : DateTime.MinValue);
            }

            return stamp.ToHashCode();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private FileSystemWatcher? Watch(ChannelWriter<bool> changes)
    {
        if (!Directory.Exists(_root))
        {
            return null;
        }

        var watcher = new FileSystemWatcher(_root) { IncludeSubdirectories = true };
        watcher.Changed += (_, _) => changes.TryWrite(true);
        watcher.Created += (_, _) => changes.TryWrite(true);
        watcher.Deleted += (_, _) => changes.TryWrite(true);
        watcher.Renamed += (_, _) => changes.TryWrite(true);
        watcher.Error += (_, _) => changes.TryWrite(true);
        try
        {
            watcher.EnableRaisingEvents = true;
            return watcher;
        }
        catch (IOException failure)
        {
            // The system's limit on watches: looking now and then remains.
            Log.NotWatched(logger, options.PollInterval, failure.Message);
            watcher.Dispose();
            return null;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "The catalog's folder can not be watched, it is looked at every {Interval}: {Reason}")]
        public static partial void NotWatched(ILogger logger, TimeSpan interval, string reason);
    }
}
