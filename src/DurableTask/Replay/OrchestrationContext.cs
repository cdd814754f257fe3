using Google.Protobuf.WellKnownTypes;
using Microsoft.Extensions.Logging;
using Pao.DurableTask.Protocol;

namespace Pao.DurableTask.Replay;

/// <summary>The context of one execution: turns the code's calls into decisions, and their ends into completed tasks.</summary>
internal sealed class OrchestrationContext(ExecutionStartedEvent started, ReplaySettings settings, TurnContext turns)
    : TaskOrchestrationContext
{
    private readonly Dictionary<int, OpenTask> _open = [];
    private readonly TraceContext? _trace = Traces.OfExecution(started);
    private DateTime _now;
    private bool _replaying;
    private int _guids;

    public override TaskName Name { get; } = started.Name;

    public override string InstanceId { get; } = started.OrchestrationInstance.InstanceId;

    public override string Version => started.Version ?? "";

    public override ParentOrchestrationInstance? Parent { get; } = started.ParentInstance is { } parent
        ? new ParentOrchestrationInstance(parent.Name ?? "", parent.OrchestrationInstance.InstanceId)
        : null;

    public override DateTime CurrentUtcDateTime => _now;

    public override bool IsReplaying => _replaying;

    public Decisions Decisions { get; } = new(started);

    public ExternalEvents Events { get; } = new();

    public string? CustomStatus { get; private set; }

    /// <summary>Set when the code has asked to begin anew.</summary>
    public ContinueAsNewOptions? Next { get; private set; }

    /// <summary>Whether anything can still happen that the code may be waiting for.</summary>
    public bool AwaitsSomething => Events.HasWaiting || _open.Values.Any(task => !task.Task.IsCompleted);

    protected override ILoggerFactory LoggerFactory => settings.LoggerFactory;

    public void BeginTurn(DateTime now) => _now = now;

    public void SetReplaying(bool replaying) => _replaying = replaying;

    public override T? GetInput<T>()
        where T : default => settings.Converter.Deserialize<T>(started.Input);

    public override Task CallActivityAsync(TaskName name, object? input = null, TaskOptions? options = null) =>
        CallActivity(name, input, options);

    public override Task<TResult> CallActivityAsync<TResult>(TaskName name, object? input = null, TaskOptions? options = null) =>
        Read<TResult>(CallActivity(name, input, options));

    public override Task CallSubOrchestratorAsync(TaskName orchestratorName, object? input = null, TaskOptions? options = null) =>
        CallChild(orchestratorName, input, options);

    public override Task<TResult> CallSubOrchestratorAsync<TResult>(
        TaskName orchestratorName, object? input = null, TaskOptions? options = null) =>
        Read<TResult>(CallChild(orchestratorName, input, options));

    public override Task CreateTimer(DateTime fireAt, CancellationToken cancellationToken)
    {
        turns.EnsureInTurn();
        if (cancellationToken.IsCancellationRequested)
            return Task.FromCanceled(cancellationToken);

        var due = fireAt.Kind == DateTimeKind.Local ? fireAt.ToUniversalTime() : DateTime.SpecifyKind(fireAt, DateTimeKind.Utc);
        return due - _now > settings.MaximumTimerInterval
            ? ChainTimersAsync(due, cancellationToken)
            : ScheduleTimer(due, cancellationToken);
    }

    public override Task<T> WaitForExternalEvent<T>(string eventName, CancellationToken cancellationToken = default)
    {
        turns.EnsureInTurn();
        ArgumentException.ThrowIfNullOrEmpty(eventName);
        return Read<T>(Events.WaitAsync(eventName, cancellationToken));
    }

    public override void SendEvent(string instanceId, string eventName, object payload)
    {
        ArgumentException.ThrowIfNullOrEmpty(instanceId);
        ArgumentException.ThrowIfNullOrEmpty(eventName);
        Decide().SendEvent = new SendEventAction
        {
            Instance = new OrchestrationInstance { InstanceId = instanceId },
            Name = eventName,
            Data = settings.Converter.Serialize(payload),
        };
    }

    public override void SetCustomStatus(object? customStatus)
    {
        turns.EnsureInTurn();
        CustomStatus = settings.Converter.Serialize(customStatus);
    }

    public override void ContinueAsNew(object? newInput = null, bool preserveUnprocessedEvents = true) =>
        ContinueAsNew(new ContinueAsNewOptions { NewInput = newInput, PreserveUnprocessedEvents = preserveUnprocessedEvents });

    public override void ContinueAsNew(ContinueAsNewOptions options)
    {
        turns.EnsureInTurn();
        Next = options;
    }

    public override Guid NewGuid()
    {
        turns.EnsureInTurn();
        return DeterministicGuid.Create(string.Create(null, stackalloc char[128], $"{InstanceId}_{_now:o}_{_guids++}"));
    }

    /// <summary>Ends an action; ids that are unknown, or ended already, are passed over: messages may come twice.</summary>
    public void Complete(OpenTaskKind kind, int id, string? result)
    {
        if (TakeOpen(kind, id) is { } task)
            task.TrySetResult(result);
    }

    public void Fail(OpenTaskKind kind, int id, Protocol.TaskFailureDetails? failure)
    {
        if (TakeOpen(kind, id) is { } task)
            task.TrySetException(new TaskFailedException(task.Name, id, TaskFailureDetails.From(failure ?? new())));
    }

    private OpenTask? TakeOpen(OpenTaskKind kind, int id) =>
        _open.TryGetValue(id, out var task) && task.Kind == kind && _open.Remove(id) ? task : null;

    private OrchestratorAction Decide()
    {
        turns.EnsureInTurn();
        return Decisions.Add();
    }

    private async Task<T> Read<T>(Task<string?> result) => Payload.Read<T>(settings.Converter, await result);

    private Task<string?> CallActivity(TaskName name, object? input, TaskOptions? options)
    {
        ArgumentException.ThrowIfNullOrEmpty(name.Name, nameof(name));
        var bare = settings.Converter.Serialize(input);
        var payload = settings.WrapsActivityInput ? ActivityInput.Wrap(bare) : bare;
        return options?.Retry is { } retry
            ? Retries.RunAsync(this, retry, () => ScheduleActivity(name, payload, options))
            : ScheduleActivity(name, payload, options);
    }

    private Task<string?> ScheduleActivity(TaskName name, string? payload, TaskOptions? options)
    {
        var action = Decide();
        action.ScheduleTask = new ScheduleTaskAction
        {
            Name = name,
            Version = options?.Version is { } version ? NullIfNone(version) : started.Version,
            Input = payload,
            ParentTraceContext = _trace,
        };
        if (options?.Tags is { } tags)
            action.ScheduleTask.Tags.Add(tags);

        return Open(action.Id, OpenTaskKind.Activity, name).Task;
    }

    private Task<string?> CallChild(TaskName name, object? input, TaskOptions? options)
    {
        ArgumentException.ThrowIfNullOrEmpty(name.Name, nameof(name));
        var payload = settings.Converter.Serialize(input);
        return options?.Retry is { } retry
            ? Retries.RunAsync(this, retry, () => CreateChild(name, payload, options))
            : CreateChild(name, payload, options);
    }

    private Task<string?> CreateChild(TaskName name, string? payload, TaskOptions? options)
    {
        var action = Decide();
        var instanceId = (options as SubOrchestrationOptions)?.InstanceId;
        action.CreateSubOrchestration = new CreateSubOrchestrationAction
        {
            InstanceId = string.IsNullOrEmpty(instanceId) ? NewGuid().ToString("N") : instanceId,
            Name = name,
            Version = NullIfNone(options?.Version ?? settings.DefaultChildVersion),
            Input = payload,
            ParentTraceContext = _trace,
        };
        if (options?.Tags is { } tags)
            action.CreateSubOrchestration.Tags.Add(tags);

        return Open(action.Id, OpenTaskKind.Child, name).Task;
    }

    private async Task ChainTimersAsync(DateTime due, CancellationToken cancellationToken)
    {
        while (due - _now > settings.MaximumTimerInterval)
            await ScheduleTimer(_now + settings.MaximumTimerInterval, cancellationToken);

        await ScheduleTimer(due, cancellationToken);
    }

    private Task ScheduleTimer(DateTime due, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
            return Task.FromCanceled(cancellationToken);

        var action = Decide();
        action.CreateTimer = new CreateTimerAction { FireAt = Timestamp.FromDateTime(due) };
        var timer = Open(action.Id, OpenTaskKind.Timer, "timer");
        if (cancellationToken.CanBeCanceled)
            cancellationToken.UnsafeRegister(static (timer, token) => ((OpenTask?)timer)?.TrySetCanceled(token), timer);

        return timer.Task;
    }

    private OpenTask Open(int id, OpenTaskKind kind, string name)
    {
        var task = new OpenTask(kind, name);
        _open.Add(id, task);
        return task;
    }

    private static string? NullIfNone(TaskVersion version) => version.Version.Length == 0 ? null : version.Version;
}
