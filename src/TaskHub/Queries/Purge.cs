using Grpc.Core;
using Pao.DurableTask.Protocol;
using Pao.TaskHub.Commits;
using Pao.TaskHub.Turns;
using RequestCase = Pao.DurableTask.Protocol.PurgeInstancesRequest.RequestOneofCase;

namespace Pao.TaskHub.Queries;

/// <summary>Deletes ended instances in small transactions, so that nobody else waits for them.</summary>
internal sealed class Purge(IHubStore store, TimeProvider time)
{
    private const int BatchSize = 500;

    public async Task<PurgeInstancesResponse> RunAsync(PurgeInstancesRequest request, CancellationToken cancellationToken)
    {
        switch (request.RequestCase)
        {
            case RequestCase.InstanceId:
                return Complete(await DeleteAsync([request.InstanceId], request.Recursive, cancellationToken));
            case RequestCase.InstanceBatch when request.InstanceBatch.InstanceIds.Count > BatchSize:
                throw new RpcException(new Status(
                    StatusCode.ResourceExhausted,
                    $"A batch holds at most {BatchSize} instance ids; this one has {request.InstanceBatch.InstanceIds.Count}."));
            case RequestCase.InstanceBatch:
                return Complete(await DeleteAsync([.. request.InstanceBatch.InstanceIds], request.Recursive, cancellationToken));
            case RequestCase.PurgeInstanceFilter:
                return await ByFilterAsync(request.PurgeInstanceFilter, request.Recursive, cancellationToken);
            default:
                throw Invalid("Name an instance, a batch of instances or a filter.");
        }
    }

    private async Task<PurgeInstancesResponse> ByFilterAsync(
        PurgeInstanceFilter filter, bool recursive, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var deadline = filter.Timeout?.ToTimeSpan() ?? TimeSpan.MaxValue;
        var statuses = filter.RuntimeStatus.Count == 0
            ? Statuses.Terminal
            : filter.RuntimeStatus.Where(status => status.IsTerminal()).ToArray();
        var page = new InstanceFilter
        {
            Statuses = statuses,
            CreatedFrom = filter.CreatedTimeFrom?.ToDateTimeOffset(),
            CreatedTo = filter.CreatedTimeTo?.ToDateTimeOffset(),
            Limit = BatchSize,
        };

        var deleted = 0;
        while (statuses.Length > 0)
        {
            var found = await store.QueryAsync(page, cancellationToken);
            deleted += await DeleteAsync([.. found.Select(state => state.InstanceId)], recursive, cancellationToken);
            if (found.Count < BatchSize)
                break;
            if (time.GetElapsedTime(started) >= deadline)
                return new PurgeInstancesResponse { DeletedInstanceCount = deleted, IsComplete = false };

            page = page with { After = new PageKey(found[^1].CreatedTimestamp.ToDateTimeOffset(), found[^1].InstanceId) };
        }

        return Complete(deleted);
    }

    private async Task<int> DeleteAsync(IReadOnlyList<string> instanceIds, bool recursive, CancellationToken cancellationToken)
    {
        var deleted = 0;
        var rest = new Stack<string[]>(instanceIds.Where(id => Identifier.ProblemOfId(id) is null).Chunk(BatchSize));
        while (rest.TryPop(out var batch))
        {
            deleted += (await store.PurgeAsync(batch, cancellationToken)).Count;

            // Children of one that stays stay too: it may still ask for their results, or be rewound.
            var orphans = recursive ? await store.FindOrphansAsync(batch, cancellationToken) : [];
            foreach (var some in orphans.Chunk(BatchSize))
                rest.Push(some);
        }

        return deleted;
    }

    private static PurgeInstancesResponse Complete(int deleted) => new() { DeletedInstanceCount = deleted, IsComplete = true };

    private static RpcException Invalid(string message) => new(new Status(StatusCode.InvalidArgument, message));
}
