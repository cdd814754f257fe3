using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Pao.Catalog.Sources.Ownership;

namespace Pao.Catalog.Sources.Git;

/// <summary>
/// The documents of a branch of a git repository, as its host shows it. Content is known by its SHA: only what has changed
/// is fetched. A push is heard of by webhook, or seen at the next look.
/// </summary>
/// <param name="prefix">The catalog's folder within the repository with a slash, or empty.</param>
internal sealed partial class GitSource(
    IGitHost host, OwnershipJudge judge, string prefix, CatalogOptions options, TimeProvider clock, ILogger<GitSource> logger) : ICatalogSource
{
    /// <summary>A host can tell of a push before its API shows it.</summary>
    private const int LooksAfterPush = 5;
    private static readonly TimeSpan PauseAfterPush = TimeSpan.FromSeconds(1);

    /// <summary>Some calls to a slow host, one after the other.</summary>
    private static readonly TimeSpan LongestLook = TimeSpan.FromMinutes(5);

    /// <summary>Of documents that a load fetched which then failed; beyond this, they are fetched again.</summary>
    private const int MaxKeptBytes = 64 * 1024 * 1024;

    private readonly ConcurrentDictionary<string, byte[]> _fetched = new(StringComparer.Ordinal);
    private readonly Channel<SourcePush> _pushes =
        Channel.CreateBounded<SourcePush>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest });

    private int _fetchedBytes;
    private volatile SourceTree? _listed;
    private volatile string? _loaded;
    private volatile string? _told;

    public int ReadsAtOnce => 8;

    public bool NeedsMemory => judge.Mode is OwnershipMode.Enforce;

    public Task<SourceTree> ListAsync(string? memory, CancellationToken cancellationToken) =>
        UnderstoodAsync(() => ListNowAsync(memory, cancellationToken), cancellationToken);

    public async Task<byte[]?> ReadAsync(SourceFile file, int limit, CancellationToken cancellationToken)
    {
        var sha = file.ContentId ?? throw new InvalidOperationException($"{file.Path} has no SHA.");
        if (_fetched.TryGetValue(sha, out var before))
        {
            return before;
        }

        var bytes = await UnderstoodAsync(() => host.BlobAsync(sha, limit, cancellationToken), cancellationToken);
        if (bytes is null && !file.IsWithheld)
        {
            throw new SourceUnavailableException($"{host.Name} has {file.Path} ({sha}) and does not give it out.");
        }

        // What was withheld long ago may be gone from a history that was rewritten since.
        if (bytes is not null && Interlocked.Add(ref _fetchedBytes, bytes.Length) <= MaxKeptBytes)
        {
            _fetched[sha] = bytes;
        }

        return bytes;
    }

    public async Task<Finding?> TellAsync(CatalogSnapshot snapshot, CancellationToken cancellationToken)
    {
        _loaded = snapshot.Revision;
        _fetched.Clear();
        Interlocked.Exchange(ref _fetchedBytes, 0);
        if (snapshot.Revision is not { } revision || revision == _told)
        {
            return null;
        }

        var status = StatusText.Of(snapshot, prefix);
        try
        {
            // A process before this one, or beside it, may have said the same.
            if (await UnderstoodAsync(() => host.StatusAsync(revision, cancellationToken), cancellationToken) != status)
            {
                await UnderstoodAsync(() => SetStatusAsync(revision, status, cancellationToken), cancellationToken);
            }

            _told = revision;
            return null;
        }
        catch (SourceUnavailableException failure)
        {
            Log.NotTold(logger, host.Name, revision, failure.Message);
            return new Finding(
                Severity.Warning, "source.status", $"The status of commit {revision} could not be set: {failure.Message}", null, 0, 0, "",
                "let the token set commit statuses");
        }
    }

    public bool Notice(SourcePush push) => host.Has(push) && _pushes.Writer.TryWrite(push);

    public async Task WatchAsync(ChannelWriter<bool> changes, CancellationToken cancellationToken)
    {
        var beat = options.Heartbeat("catalog.watch");
        while (true)
        {
            var rest = host.ClosedUntil is { } until && until - clock.GetUtcNow() is { } closed && closed > TimeSpan.Zero ? closed : options.PollInterval;
            beat(rest);
            var push = await NextPushAsync(rest, cancellationToken);
            beat(LongestLook);
            var looks = push is null ? 1 : LooksAfterPush;
            while (looks-- > 0 && !await IsChangedAsync(push, changes, cancellationToken))
            {
                await Task.Delay(PauseAfterPush, clock, cancellationToken);
            }
        }
    }

    /// <summary>A host can answer anything at all, or something in between that is not it; that must not end the process.</summary>
    [SuppressMessage("Design", "CA1031", Justification = "What clients of the API make of a strange answer has no common type.")]
    private async Task<T> UnderstoodAsync<T>(Func<Task<T>> call, CancellationToken cancellationToken)
    {
        try
        {
            return await call();
        }
        catch (Exception failure) when (failure is not SourceUnavailableException && !cancellationToken.IsCancellationRequested)
        {
            Log.NotUnderstood(logger, host.Name, failure);
            throw new SourceUnavailableException($"{host.Name} answered with something that is not understood ({failure.GetType().Name}).", failure);
        }
    }

    private async Task<SourceTree> ListNowAsync(string? memory, CancellationToken cancellationToken)
    {
        var head = await host.HeadAsync(cancellationToken);
        var last = JudgedState.Read(memory, host.Name);
        if (_listed is { } listed && listed.Revision == head && listed.Memory == memory && last is { Refused.Count: 0 })
        {
            return listed;
        }

        var now = await FilesAsync(head, cancellationToken)
            ?? throw new SourceUnavailableException($"{host.Name} is said to be at commit {head}, which is not there.");
        if (!now.HasFolder)
        {
            throw new SourceUnavailableException($"{host.Name} has no folder {prefix} at commit {head}.");
        }

        var before = last is null ? null : (await FilesAsync(last.Revision, cancellationToken))?.Shas;
        var verdict = await judge.JudgeAsync(last, before, head, now.Shas, cancellationToken);
        var documents = verdict.InForce
            .Where(file => file.Key.StartsWith(prefix, StringComparison.Ordinal) && DocumentPaths.IsDocument(file.Key[prefix.Length..]))
            .OrderBy(file => file.Key, StringComparer.Ordinal)
            .Select(file => new SourceFile(file.Key[prefix.Length..], file.Value, IsWithheld: now.Shas.GetValueOrDefault(file.Key) != file.Value))
            .ToList();
        Log.Listed(logger, host.Name, head, documents.Count, verdict.State.Refused.Count);
        return _listed = new SourceTree(head, documents, [.. now.Findings, .. verdict.Findings]) { Memory = verdict.State.Write() };
    }

    private async Task<bool> SetStatusAsync(string revision, GitStatus status, CancellationToken cancellationToken)
    {
        await host.SetStatusAsync(revision, status, cancellationToken);
        return true;
    }

    private async Task<GitFiles?> FilesAsync(string commit, CancellationToken cancellationToken) =>
        await host.TreeAsync(commit, cancellationToken) is { } tree ? GitFiles.Of(tree, prefix, host.CodeOwnersPlaces) : null;

    /// <returns>The push that somebody told of; null when none was until it is time to look.</returns>
    private async Task<SourcePush?> NextPushAsync(TimeSpan rest, CancellationToken cancellationToken)
    {
        using var over = new CancellationTokenSource(rest, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(over.Token, cancellationToken);
        try
        {
            return await _pushes.Reader.ReadAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    /// <summary>Asks for a load when there is something to load, or to say. A host that is away is the load's to report.</summary>
    /// <returns>Whether nothing more is to be waited for.</returns>
    private async Task<bool> IsChangedAsync(SourcePush? push, ChannelWriter<bool> changes, CancellationToken cancellationToken)
    {
        try
        {
            var head = await UnderstoodAsync(() => host.HeadAsync(cancellationToken), cancellationToken);
            if (head == _loaded && head == _told)
            {
                return push is null || push.After == head;
            }
        }
        catch (SourceUnavailableException)
        {
            // Told by the load, which meets it too.
        }

        changes.TryWrite(true);
        return true;
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "{Source} is at {Commit}: {Documents} documents, {Refused} changes refused.")]
        public static partial void Listed(ILogger logger, string source, string commit, int documents, int refused);

        [LoggerMessage(2, LogLevel.Warning, "{Source}: the status of commit {Commit} could not be set: {Reason}")]
        public static partial void NotTold(ILogger logger, string source, string commit, string reason);

        [LoggerMessage(3, LogLevel.Warning, "{Source} answered with something that is not understood.")]
        public static partial void NotUnderstood(ILogger logger, string source, Exception failure);
    }
}
