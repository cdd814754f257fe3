using Pao.Activities.Resilience;
using Pao.Api.Catalog.Caching;
using Pao.Catalog;
using Pao.DurableTask.Grpc;
using Pao.Orchestrator.Storage;
using Pao.TaskHub;

namespace Pao.Api.Health;

/// <summary>Looks at the parts that this process has, or uses.</summary>
internal sealed class ServiceHealth(
    Database? database = null,
    TaskHubHealth? ownHub = null,
    GrpcTaskHub? otherHub = null,
    ServiceCatalog? catalog = null,
    RedisConnection? redis = null,
    ExternalSystems? systems = null)
{
    /// <summary>How the systems that are called from here stand; for operators only, as it names them.</summary>
    public IReadOnlyList<SystemBody>? LookAtSystems() => systems is null ? null : [.. systems.Look().Select(SystemBody.Of)];

    public async Task<HealthBody> LookAsync(CancellationToken cancellationToken)
    {
        // Each may take seconds to say that it is away.
        var reachable = database?.IsReachableAsync(cancellationToken);
        var hub = otherHub?.IsReachableAsync(cancellationToken) ?? Task.FromResult(ownHub?.IsReady ?? false);
        return HealthBody.Of(
            database: reachable is null ? null : await reachable,
            taskHub: await hub,
            catalog: catalog?.Current,
            cache: redis?.IsConnected,
            systems: systems?.Look().All(system => system.State is BreakerState.Closed));
    }
}
