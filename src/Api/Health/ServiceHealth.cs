using Pao.Activities.Resilience;
using Pao.Api.Catalog.Caching;
using Pao.Catalog;
using Pao.DurableTask;
using Pao.DurableTask.Grpc;
using Pao.Orchestrator.Storage;
using Pao.TaskHub;

namespace Pao.Api.Health;

/// <summary>Looks at the parts that this process has, or uses.</summary>
internal sealed class ServiceHealth
{
    // Without its cache the service works, only slower; without the catalog's source it works with the catalog that it has;
    // while another system is away, what needs that waits.
    private static readonly string[] Needed = ["task_hub", "loops", "database", "catalog"];

    private readonly Heartbeats _heartbeats;
    private readonly PartStandings _standings;
    private readonly CancellationToken _stopping;
    private readonly AskedPart? _database;
    private readonly AskedPart? _otherHub;
    private readonly TaskHubHealth? _ownHub;
    private readonly ServiceCatalog? _catalog;
    private readonly RedisConnection? _redis;
    private readonly ExternalSystems? _systems;

    public ServiceHealth(IServiceProvider services)
    {
        var time = services.GetRequiredService<TimeProvider>();
        _heartbeats = services.GetRequiredService<Heartbeats>();
        _standings = services.GetRequiredService<PartStandings>();
        _stopping = services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        _database = services.GetService<Database>() is { } database ? new AskedPart(database.WhyUnusableAsync, time) : null;
        _otherHub = services.GetService<GrpcTaskHub>() is { } hub
            ? new AskedPart(async patience => await hub.IsReachableAsync(patience) ? null : "The task hub cannot be reached.", time)
            : null;
        _ownHub = services.GetService<TaskHubHealth>();
        _catalog = services.GetService<ServiceCatalog>();
        _redis = services.GetService<RedisConnection>();
        _systems = services.GetService<ExternalSystems>();
    }

    /// <summary>What every caller may know.</summary>
    public async Task<HealthBody> LookAsync(CancellationToken cancellationToken) =>
        await LookInsideAsync(cancellationToken) with { Details = null, Loops = null, Systems = null };

    /// <summary>The same with reasons and names, for operators.</summary>
    public async Task<HealthBody> LookInsideAsync(CancellationToken cancellationToken)
    {
        var loops = _heartbeats.Look();
        var stalled = loops.Where(loop => !loop.IsAlive).Select(loop => loop.Loop).Distinct().ToList();
        var systems = _systems?.Look();
        var catalog = _catalog?.Current;

        // Each may take seconds to say that it is away.
        var database = _database?.CheckAsync(cancellationToken);
        var otherHub = _otherHub?.CheckAsync(cancellationToken);
        Dictionary<string, PartCheck?> parts = new()
        {
            ["task_hub"] = otherHub is null ? PartCheck.Of(_ownHub?.IsReady is true, "This process is no member of the task hub.") : await otherHub,
            ["loops"] = PartCheck.Of(stalled.Count == 0, $"Stalled: {string.Join(", ", stalled)}."),
            ["database"] = database is null ? null : await database,
            ["catalog"] = catalog is null ? null : PartCheck.Of(catalog.IsLoaded, "No catalog was loaded."),
            ["catalog_source"] = catalog is null ? null : PartCheck.Of(catalog.Outage is null, "The catalog's source cannot be read."),
            ["cache"] = _redis is null ? null : PartCheck.Of(_redis.IsConnected, "Redis is not connected."),
            ["systems"] = systems is null
                ? null
                : PartCheck.Of(systems.All(system => system.State is BreakerState.Closed), "A system that is called is in trouble."),
        };

        var works = !_stopping.IsCancellationRequested
            && Needed.All(part => parts[part]?.IsUp is not false);
        return new HealthBody(works ? HealthBody.Up : HealthBody.Down, Named(parts), OutageOf(catalog))
        {
            Stalled = stalled.Count == 0 ? null : stalled,
            Stopping = _stopping.IsCancellationRequested ? true : null,
            Details = [.. parts.Where(part => part.Value is not null).Select(part => _standings.Note(part.Key, part.Value ?? new PartCheck(null)))],
            Loops = [.. loops.Select(LoopBody.Of)],
            Systems = systems is null ? null : [.. systems.Select(SystemBody.Of)],
        };
    }

    private static HealthParts Named(Dictionary<string, PartCheck?> parts)
    {
        return new HealthParts(
            Text("task_hub") ?? HealthBody.Down, Text("loops") ?? HealthBody.Down, Text("database"), Text("catalog"), Text("catalog_source"),
            Text("cache"), Text("systems"));

        string? Text(string part) => parts[part] switch { { IsUp: true } => HealthBody.Up, { IsUp: false } => HealthBody.Down, null => null };
    }

    private static CatalogOutage? OutageOf(CatalogSnapshot? catalog) => catalog is { Outage: { } outage }
        ? new CatalogOutage(outage.Since, catalog.IsLoaded ? catalog.LoadedAt : null, catalog.Revision)
        : null;
}
