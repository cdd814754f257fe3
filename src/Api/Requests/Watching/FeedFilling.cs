using System.Data.Common;
using Pao.Orchestrator.Requests;

namespace Pao.Api.Requests.Watching;

/// <summary>
/// Puts into feeds what they have not told yet. Each gets at a look what it has room for, however far behind others are: those
/// that are close to their requests share queries, those that have many versions before them take turns, a few at each look.
/// </summary>
internal sealed partial class FeedFilling(RequestStore requests, RequestChanges changes, ILogger logger)
{
    /// <summary>The most changes that are read at once.</summary>
    public const int MostChanges = 5_000;

    /// <summary>How many of those that are far behind get their next versions at a look.</summary>
    public const int MostBehind = 16;

    private int _turn;

    /// <param name="feeds">With room, and with something to tell.</param>
    /// <param name="versions">At which version each request is.</param>
    public async Task FillAsync(
        IReadOnlyList<StatusFeed> feeds, IReadOnlyDictionary<Guid, long> versions, CancellationToken cancellationToken)
    {
        // A version is one change at most, so that the versions tell what a query can bring.
        var close = feeds.Where(feed => Ahead(feed) <= StatusFeed.Room).ToLookup(feed => feed.RequestId);
        foreach (var batch in Batches(close, request => request.Max(Ahead)))
            await FillTogetherAsync([.. batch.SelectMany(request => request)], MostChanges, cancellationToken);

        // Those of one request that are at the same version are one query.
        var behind = feeds.Where(feed => Ahead(feed) > StatusFeed.Room).ToLookup(feed => (feed.RequestId, feed.Last));
        var first = behind.Count > 0 ? (_turn += MostBehind) % behind.Count : 0;
        foreach (var group in behind.Skip(first).Concat(behind.Take(first)).Take(MostBehind))
            await FillTogetherAsync([.. group], StatusFeed.Room, cancellationToken);

        long Ahead(StatusFeed feed) => versions[feed.RequestId] - feed.Last;
    }

    private static IEnumerable<List<T>> Batches<T>(IEnumerable<T> all, Func<T, long> size)
    {
        List<T> batch = [];
        var sum = 0L;
        foreach (var one in all)
        {
            if (batch.Count > 0 && sum + size(one) > MostChanges)
            {
                yield return batch;
                (batch, sum) = ([], 0);
            }

            batch.Add(one);
            sum += size(one);
        }

        if (batch.Count > 0)
            yield return batch;
    }

    /// <summary>One request that cannot be read is found by halves, and its feeds end; the others go on.</summary>
    private async Task FillTogetherAsync(IReadOnlyList<StatusFeed> feeds, int most, CancellationToken cancellationToken)
    {
        var byRequest = feeds.ToLookup(feed => feed.RequestId);
        try
        {
            await FillAsync(byRequest, most, cancellationToken);
        }
#pragma warning disable CA1031 // What a build cannot read of one request must not keep others from being told of theirs.
        catch (Exception e) when (e is not (DbException or TimeoutException or OperationCanceledException))
#pragma warning restore CA1031
        {
            if (byRequest.Count == 1)
            {
                Log.Unreadable(logger, e, feeds[0].RequestId);
                foreach (var feed in feeds)
                    feed.End();
                return;
            }

            foreach (var half in byRequest.Chunk((byRequest.Count + 1) / 2))
                await FillTogetherAsync([.. half.SelectMany(request => request)], most, cancellationToken);
        }
    }

    private async Task FillAsync(ILookup<Guid, StatusFeed> byRequest, int most, CancellationToken cancellationToken)
    {
        // The changes first: a state that is younger than the last of them comes with its own change at the next look.
        var since = await changes.SinceAsync(
            byRequest.Select(request => new ChangePlace(request.Key, request.Min(feed => feed.Last) + 1)), most, cancellationToken);
        var states = (await requests.StatesAsync(byRequest.Select(request => request.Key), cancellationToken)).ToDictionary(state => state.Id);
        foreach (var request in since.GroupBy(change => change.RequestId))
            foreach (var feed in byRequest[request.Key])
                feed.Take(request, states.GetValueOrDefault(request.Key));
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "Whoever watches request {Request} is cut off: this build cannot read what became of it.")]
        public static partial void Unreadable(ILogger logger, Exception exception, Guid request);
    }
}
