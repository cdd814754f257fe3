using System.Threading.Channels;
using Pao.Orchestrator.Requests;

namespace Pao.Api.Requests.Watching;

/// <summary>
/// What one stream is to tell next: each version of its request once, in order. It holds a few; what a slow reader has no
/// room for is read again later, so nothing is lost and nothing grows.
/// </summary>
internal sealed class StatusFeed(Guid requestId, long after)
{
    /// <summary>How many it holds.</summary>
    public const int Room = 64;

    private readonly Channel<StatusEventBody> _events =
        Channel.CreateBounded<StatusEventBody>(new BoundedChannelOptions(Room) { SingleReader = true, SingleWriter = true });

    public Guid RequestId { get; } = requestId;

    /// <summary>The last version that was put in. Only the watch looks at it, and moves it.</summary>
    public long Last { get; private set; } = after;

    public bool HasRoom => _events.Reader.Count < Room;

    public ChannelReader<StatusEventBody> Events => _events.Reader;

    /// <summary>Puts in what comes after the last, as far as there is room.</summary>
    /// <param name="changes">The request's, in order.</param>
    /// <param name="state">The request as it stands, when that is known.</param>
    public void Take(IEnumerable<RequestChange> changes, Request? state)
    {
        foreach (var change in changes.Where(change => change.Version > Last))
        {
            if (!_events.Writer.TryWrite(StatusEventBody.Of(change, state)))
                return;
            Last = change.Version;
        }
    }

    /// <summary>There is nothing more to come: the request is gone.</summary>
    public void End() => _events.Writer.TryComplete();
}
