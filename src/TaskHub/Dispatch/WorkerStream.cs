using System.Threading.Channels;
using Google.Protobuf.Collections;
using Pao.DurableTask;
using Pao.DurableTask.Protocol;

namespace Pao.TaskHub.Dispatch;

/// <summary>One worker's stream: its limits, what it accepts, and what it has in hand. Guarded by the hub's lock.</summary>
internal sealed class WorkerStream(GetWorkItemsRequest request, TimeProvider time, IReadOnlySet<string>? refused = null)
{
    private const int DefaultLimit = 100;
    private const int HighestLimit = 10_000;
    private static readonly TimeSpan PingInterval = TimeSpan.FromSeconds(10);

    private readonly Channel<WorkItem> _items = Channel.CreateUnbounded<WorkItem>(new() { SingleReader = true });
    private readonly int _turnLimit = Limit(request.MaxConcurrentOrchestrationWorkItems);
    private readonly WorkItemFilters? _filters = request.WorkItemFilters;
    private long _sent = time.GetTimestamp();

    /// <summary>Never holds more than the limits allow, so it needs no bound of its own.</summary>
    public ChannelReader<WorkItem> Items => _items.Reader;

    public HashSet<TurnItem> Turns { get; } = [];

    public HashSet<ActivityItem> Activities { get; } = [];

    /// <summary>Whether the worker keeps orchestrators between their turns.</summary>
    public bool KeepsSessions { get; } = request.Capabilities.Contains(ExtendedSessions.Capability);

    /// <summary>Whether it is kept free for, or has in hand, a suspect that is to be alone.</summary>
    public bool IsReserved { get; set; }

    /// <summary>Whether its worker is done with all that it got.</summary>
    public bool IsEmpty => Turns.Count == 0 && Activities.All(activity => activity.Reported);

    public bool HasTurnSlot => !IsReserved && HasRoomForTurn;

    public bool HasActivitySlot => !IsReserved && HasRoomForActivity;

    public bool HasRoomForTurn => Turns.Count < _turnLimit;

    public bool HasRoomForActivity => Activities.Count < ActivityLimit;

    public int ActivityLimit { get; } = Limit(request.MaxConcurrentActivityWorkItems);

    public int FreeActivitySlots => IsReserved ? 0 : Math.Max(ActivityLimit - Activities.Count, 0);

    public bool AcceptsAllActivities => _filters is null && RefusedActivities.Count == 0;

    /// <summary>The activities that it takes, each with a version or null for any; null for all but the refused.</summary>
    public IReadOnlyList<(string Name, string? Version)>? ActivityNames { get; } = Names(request.WorkItemFilters, refused);

    public IReadOnlyCollection<string> RefusedActivities { get; } = refused ?? (IReadOnlyCollection<string>)[];

    /// <summary>Equal for streams that take the same activities.</summary>
    public string ActivityFilter { get; } =
        request.WorkItemFilters is null ? $"all but {string.Join('\0', refused ?? (IEnumerable<string>)[])}"
        : string.Join('\0', Names(request.WorkItemFilters, refused) ?? []);

    /// <summary>The orchestrators that it takes; null for all.</summary>
    public IReadOnlyCollection<string>? OrchestratorNames =>
        refused is null ? _filters?.Orchestrations.Select(filter => filter.Name).ToList() : [];

    public bool AcceptsOrchestrator(string name, string? version) =>
        refused is null
        && (_filters is null || _filters.Orchestrations.Any(filter => Matches(filter.Name, filter.Versions, name, version)));

    public bool AcceptsActivity(string name, string? version) =>
        refused?.Contains(name) != true
        && (_filters is null || _filters.Activities.Any(filter => Matches(filter.Name, filter.Versions, name, version)));

    public void Send(WorkItem item)
    {
        _items.Writer.TryWrite(item);
        _sent = time.GetTimestamp();
    }

    /// <summary>Tells an idle worker that the stream is alive: workers drop one that is silent for two minutes.</summary>
    public void PingWhenSilent()
    {
        if (time.GetElapsedTime(_sent) >= PingInterval)
            Send(new WorkItem { HealthPing = new HealthPing() });
    }

    public void Close() => _items.Writer.TryComplete();

    private static List<(string Name, string? Version)>? Names(WorkItemFilters? filters, IReadOnlySet<string>? refused)
    {
        if (filters is null)
            return null;

        List<(string, string?)> names = [];
        foreach (var filter in filters.Activities.Where(filter => refused?.Contains(filter.Name) != true))
        {
            if (filter.Versions.Count == 0)
                names.Add((filter.Name, null));
            else
                names.AddRange(filter.Versions.Select(version => (filter.Name, (string?)version)));
        }

        return names;
    }

    // Some SDKs say that they take as many as there are numbers.
    private static int Limit(int stated) => stated > 0 ? Math.Min(stated, HighestLimit) : DefaultLimit;

    /// <summary>No versions listed means any; the version "" means none.</summary>
    private static bool Matches(string filter, RepeatedField<string> versions, string name, string? version) =>
        string.Equals(filter, name, StringComparison.OrdinalIgnoreCase)
        && (versions.Count == 0 || versions.Contains(version ?? "", StringComparer.OrdinalIgnoreCase));
}
