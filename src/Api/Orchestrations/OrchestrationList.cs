using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Pao.DurableTask;
using Pao.DurableTask.Protocol;

namespace Pao.Api.Orchestrations;

/// <summary>
/// Lists what the hub knows, oldest first. What the hub cannot filter by is filtered here: each call looks at a bounded
/// number of instances, so a page may be short, or empty, and still have a next one.
/// </summary>
internal sealed class OrchestrationList(ITaskHub hub)
{
    private const int LookPage = 200;
    private const int MaxLookPages = 5;

    /// <exception cref="RpcException"><c>InvalidArgument</c>: the hub does not know the cursor's place.</exception>
    public async Task<OrchestrationPage> ReadAsync(
        OrchestrationFilter filter, OrchestrationCursor? after, int limit, CancellationToken cancellationToken)
    {
        List<OrchestrationSummary> found = [];
        var (token, last) = (after?.Token, after?.Last);
        for (var looks = 0; looks < MaxLookPages; looks++)
        {
            var page = await hub.QueryInstancesAsync(
                new QueryInstancesRequest { Query = Query(filter, token, filter.LooksAtEach ? LookPage : limit) }, cancellationToken);
            foreach (var state in Rest(page.OrchestrationState, last))
            {
                if (found.Count == limit)
                    return new(found, new(token, last));
                last = OrchestrationPlace.Of(state);
                if (await SummariseAsync(state, filter, cancellationToken) is { } summary)
                    found.Add(summary);
            }

            if (page.ContinuationToken is null)
                return new(found, Next: null);
            (token, last) = (page.ContinuationToken, null);
            if (found.Count == limit)
                break;
        }

        return new(found, new(token, Last: null));
    }

    private static InstanceQuery Query(OrchestrationFilter filter, string? token, int size) => new()
    {
        RuntimeStatus = { filter.Statuses },
        CreatedTimeFrom = filter.CreatedFrom?.ToTimestamp(),
        CreatedTimeTo = filter.CreatedTo?.ToTimestamp(),
        InstanceIdPrefix = filter.IdPrefix,
        MaxInstanceCount = size,
        ContinuationToken = token,
    };

    // The last one may have been deleted, or have left the filter, since: then those after it in the hub's order follow.
    private static IEnumerable<OrchestrationState> Rest(IReadOnlyList<OrchestrationState> page, OrchestrationPlace? last)
    {
        if (last is null)
            return page;

        var index = page.Index().Where(row => row.Item.InstanceId == last.Id).Select(row => (int?)row.Index).FirstOrDefault();
        return index is { } at
            ? page.Skip(at + 1)
            : page.SkipWhile(state => OrchestrationPlace.Of(state).CompareTo(last) <= 0);
    }

    /// <summary>The row for the list; null when the filter leaves it out, or when it was deleted meanwhile.</summary>
    private async Task<OrchestrationSummary?> SummariseAsync(
        OrchestrationState state, OrchestrationFilter filter, CancellationToken cancellationToken)
    {
        if (filter.Name is { } name && state.Name != name)
            return null;
        if (state.OrchestrationStatus is not OrchestrationStatus.Failed)
            return filter.Poisoned ? null : OrchestrationSummary.From(state, poisoned: false);

        // A list comes without failures, as they come with inputs and outputs, which for a page of it may be large.
        var one = await hub.GetInstanceAsync(
            new GetInstanceRequest { InstanceId = state.InstanceId, GetInputsAndOutputs = true }, cancellationToken);
        var poisoned = one.OrchestrationState?.IsPoisoned() ?? false;
        return poisoned || !filter.Poisoned ? OrchestrationSummary.From(state, poisoned) : null;
    }
}

/// <summary>Which orchestrations to list.</summary>
internal sealed record OrchestrationFilter(
    IReadOnlyList<OrchestrationStatus> Statuses,
    string? Name,
    string? IdPrefix,
    DateTimeOffset? CreatedFrom,
    DateTimeOffset? CreatedTo,
    bool Poisoned)
{
    /// <summary>Whether the hub's answer is only a superset.</summary>
    public bool LooksAtEach => Name is not null || Poisoned;
}

/// <summary>Some orchestrations, and where to go on; null when that was all.</summary>
internal sealed record OrchestrationPage(IReadOnlyList<OrchestrationSummary> Data, OrchestrationCursor? Next);

/// <summary>A place in the list: a page of the hub's, and the last row of it that was looked at.</summary>
internal sealed record OrchestrationCursor(string? Token, OrchestrationPlace? Last);

internal sealed record OrchestrationPlace(string Id, long CreatedTicks) : IComparable<OrchestrationPlace>
{
    public static OrchestrationPlace Of(OrchestrationState state) =>
        new(state.InstanceId, state.CreatedTimestamp.ToDateTimeOffset().UtcTicks);

    public int CompareTo(OrchestrationPlace? other) =>
        other is null ? 1
        : CreatedTicks != other.CreatedTicks ? CreatedTicks.CompareTo(other.CreatedTicks)
        : string.CompareOrdinal(Id, other.Id);
}
