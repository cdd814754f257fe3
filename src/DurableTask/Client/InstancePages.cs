using System.Runtime.CompilerServices;
using Google.Protobuf.WellKnownTypes;
using Pao.DurableTask.Protocol;

namespace Pao.DurableTask.Client;

/// <summary>The answer to a query, a page at a time; the page without a continuation token is the last.</summary>
internal sealed class InstancePages(ITaskHub hub, OrchestrationQuery filter, DataConverter converter)
    : AsyncPageable<OrchestrationMetadata>
{
    public override IAsyncEnumerable<Page<OrchestrationMetadata>> AsPages(string? continuationToken = null, int? pageSizeHint = null) =>
        ReadAsync(continuationToken ?? filter.ContinuationToken, pageSizeHint ?? filter.PageSize, CancellationToken.None);

    private async IAsyncEnumerable<Page<OrchestrationMetadata>> ReadAsync(
        string? token, int pageSize, [EnumeratorCancellation] CancellationToken cancellation)
    {
        do
        {
            var request = new QueryInstancesRequest { Query = Query(token, pageSize) };
            var response = await HubErrors.MapAsync(() => hub.QueryInstancesAsync(request, cancellation), cancellation);
            token = response.ContinuationToken;
            yield return new Page<OrchestrationMetadata>(
                [.. response.OrchestrationState.Select(state => OrchestrationMetadata.From(state, filter.FetchInputsAndOutputs, converter))],
                token);
        }
        while (token is not null);
    }

    private InstanceQuery Query(string? token, int pageSize) => new()
    {
        CreatedTimeFrom = filter.CreatedFrom?.ToTimestamp(),
        CreatedTimeTo = filter.CreatedTo?.ToTimestamp(),
        RuntimeStatus = { TaskHubClient.Statuses(filter.Statuses) },
        TaskHubNames = { filter.TaskHubNames ?? [] },
        InstanceIdPrefix = filter.InstanceIdPrefix,
        MaxInstanceCount = pageSize,
        FetchInputsAndOutputs = filter.FetchInputsAndOutputs,
        ContinuationToken = token,
    };
}
