using System.Text;
using System.Threading.Channels;
using Pao.Catalog.Sources;

namespace Pao.Catalog.Tests.Keeping;

/// <summary>A source that a test takes away, holds up and changes; its revision grows with each change.</summary>
internal sealed class TestSource : ICatalogSource
{
    private readonly Dictionary<string, string> _files = new(StringComparer.Ordinal);
    private int _changes;
    private int _reads;

    /// <summary>Why it cannot be read; null when it can.</summary>
    public string? Away { get; set; }

    /// <summary>Each listing waits for it, and tells that it does.</summary>
    public Hold? Held { get; set; }

    /// <summary>What it hands to be kept with the next tree.</summary>
    public string? Memory { get; set; }

    /// <summary>What it was told of its memory, call by call.</summary>
    public List<string?> Told { get; } = [];

    public int Reads => _reads;

    public string Revision => $"commit-{_changes}";

    public string? this[string file]
    {
        set
        {
            _changes++;
            if (value is null)
            {
                _files.Remove(file);
            }
            else
            {
                _files[file] = value;
            }
        }
    }

    public async Task<SourceTree> ListAsync(string? memory, CancellationToken cancellationToken)
    {
        Told.Add(memory);
        var files = _files.OrderBy(file => file.Key, StringComparer.Ordinal).Select(file => new SourceFile(file.Key, IdOf(file.Value))).ToList();
        var tree = new SourceTree(Revision, files, []) { Memory = Memory };
        if (Held is { } hold)
        {
            await hold.WaitAsync(cancellationToken);
        }

        return Away is { } reason ? throw new SourceUnavailableException(reason) : tree;
    }

    public Task<byte[]?> ReadAsync(SourceFile file, int limit, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _reads);
        return Task.FromResult(_files.Values.Where(text => IdOf(text) == file.ContentId).Select(Encoding.UTF8.GetBytes).FirstOrDefault());
    }

    public bool NeedsMemory { get; set; }

    public int ReadsAtOnce => 1;

    public Task<Finding?> TellAsync(CatalogSnapshot snapshot, CancellationToken cancellationToken) => Task.FromResult<Finding?>(null);

    public bool Notice(SourcePush push) => false;

    public Task WatchAsync(ChannelWriter<bool> changes, CancellationToken cancellationToken) =>
        Task.Delay(Timeout.Infinite, cancellationToken);

    private static string IdOf(string text) => Pao.Catalog.Documents.CatalogDocument.DigestOf(Encoding.UTF8.GetBytes(text))[..40];

    internal sealed class Hold
    {
        private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Reached => _reached.Task;

        public void Release() => _released.TrySetResult();

        public Task WaitAsync(CancellationToken cancellationToken)
        {
            _reached.TrySetResult();
            return _released.Task.WaitAsync(cancellationToken);
        }
    }
}
