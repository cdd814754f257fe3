using System.Text.Json.Nodes;
using Pao.Catalog;
using Pao.DurableTask;
using Pao.Orchestrator.Deciding;
using Pao.Orchestrator.Fulfilment;
using Pao.Orchestrator.Planning;
using Pao.Orchestrator.Requests;

namespace Pao.Orchestrator.Bundles;

/// <summary>
/// Where the components of one bundle stand: which have ended well, which run, which have stopped. What depends on a
/// stopped one does not begin; in a sequential bundle nothing does. What runs already is finished.
/// </summary>
internal sealed class ComponentRuns(TaskOrchestrationContext context, FulfilmentInput input, PinnedBundle bundle, ChosenPlan plan)
{
    private const string OrchestrationFailed = "orchestration.failed";

    private readonly Dictionary<string, ComponentOutcome> _ended = [];
    private readonly Dictionary<string, ComponentStop> _stopped = [];
    private readonly Dictionary<string, Task<ComponentOutcome>> _children = [];
    private readonly Dictionary<string, int> _runs = [];
    private readonly Dictionary<string, int> _heard = [];
    private FulfilmentInput _input = input;
    private Task<ComponentStop>? _nextStop;

    /// <summary>Those that have stopped, in the bundle's order.</summary>
    public IReadOnlyList<ComponentFailure> Failures =>
        [.. bundle.Components.Where(component => _stopped.ContainsKey(component.Id)).Select(component => _stopped[component.Id].ToFailure())];

    private IEnumerable<PinnedComponent> Running =>
        bundle.Components.Where(component => _children.ContainsKey(component.Id) && !_stopped.ContainsKey(component.Id));

    private IEnumerable<PinnedComponent> Ready => bundle.Components.Where(component =>
        !_ended.ContainsKey(component.Id)
        && !_children.ContainsKey(component.Id)
        && !_stopped.ContainsKey(component.Id)
        && component.DependsOn.All(_ended.ContainsKey));

    /// <summary>Runs what can run; returns when nothing is left of it.</summary>
    public async Task RunAsync()
    {
        while (true)
        {
            StartReady();
            if (!Running.Any())
                return;

            ShowProgress(waits: false);
            await NextAsync();
            ShowProgress(waits: !Running.Any() && _stopped.Count > 0);
        }
    }

    /// <summary>Lets every stopped component go on; one whose orchestration has ended is begun anew and keeps what is done.</summary>
    public void Retry()
    {
        foreach (var stop in Stopped())
        {
            _stopped.Remove(stop.ComponentId);
            if (_children.TryGetValue(stop.ComponentId, out var child) && !child.IsCompleted)
                Send(stop, DecisionKind.Retry);
            else
                Start(bundle.Components.First(component => component.Id == stop.ComponentId));
        }
    }

    /// <summary>
    /// Goes on with other fields: every stopped component, and each that is done anew, begins again. What of it is done and
    /// stays so is found done.
    /// </summary>
    public async Task RestartAsync(JsonObject fields, IReadOnlyList<string> redone)
    {
        await AbortAsync();
        _stopped.Clear();
        foreach (var component in redone)
            _ended.Remove(component);
        _input = _input with { Fields = fields };
    }

    /// <summary>Gives every stopped component up; returns when their orchestrations have ended.</summary>
    public async Task AbortAsync()
    {
        foreach (var stop in Stopped())
        {
            if (!_children.TryGetValue(stop.ComponentId, out var child))
                continue;
            if (!child.IsCompleted)
                Send(stop, DecisionKind.Abort);
            await EndAsync(stop.ComponentId, child);
        }
    }

    private List<ComponentStop> Stopped() =>
        [.. bundle.Components.Where(component => _stopped.ContainsKey(component.Id)).Select(component => _stopped[component.Id])];

    private void StartReady()
    {
        if (bundle.Mode is OrchestrationMode.Parallel)
        {
            foreach (var component in Ready.ToList())
                Start(component);
        }
        else if (_stopped.Count == 0 && !Running.Any() && Ready.FirstOrDefault() is { } next)
        {
            Start(next);
        }
    }

    private void Start(PinnedComponent component)
    {
        var run = _runs[component.Id] = _runs.GetValueOrDefault(component.Id) + 1;
        _heard.Remove(component.Id);
        _children[component.Id] = context.CallSubOrchestratorAsync<ComponentOutcome>(
            FulfilComponent.Name,
            ComponentInput.Of(_input, component, plan.ModeOf(component.Id), OutputsFor(component)),
            new SubOrchestrationOptions(instanceId: ComponentInstances.Id(_input.RequestId, component.Id, run)));
    }

    private JsonObject OutputsFor(PinnedComponent component) => new(component.DependsOn.Select(id =>
        KeyValuePair.Create(id, (JsonNode?)new JsonObject { ["outputs"] = _ended[id].Outputs.DeepClone() })));

    private void Send(ComponentStop stop, DecisionKind kind) => context.SendEvent(
        ComponentInstances.Id(_input.RequestId, stop.ComponentId, _runs[stop.ComponentId]),
        GoAhead.EventName,
        new GoAhead(stop.Number, kind));

    /// <summary>Waits until a component ends or stops.</summary>
    private async Task NextAsync()
    {
        _nextStop ??= context.WaitForExternalEvent<ComponentStop>(ComponentStop.EventName);
        var running = Running.Select(component => (component.Id, Child: _children[component.Id])).ToList();
        Task[] awaited = [_nextStop, .. running.Select(one => one.Child)];
        var next = await Task.WhenAny(awaited);
        if (next == _nextStop)
        {
            var stop = await _nextStop;
            _nextStop = null;
            Heed(stop);
            return;
        }

        var (id, child) = running.First(one => one.Child == next);
        await EndAsync(id, child);
    }

    // An event may come twice; each stop counts once.
    private void Heed(ComponentStop stop)
    {
        if (!_children.ContainsKey(stop.ComponentId) || stop.Number <= _heard.GetValueOrDefault(stop.ComponentId))
            return;

        _heard[stop.ComponentId] = stop.Number;
        _stopped[stop.ComponentId] = stop;
    }

    private async Task EndAsync(string id, Task<ComponentOutcome> child)
    {
        _children.Remove(id);
        try
        {
            var outcome = await child;
            if (!outcome.Aborted)
                _ended[id] = outcome;
        }
        catch (TaskFailedException failure)
        {
            // It did not tell how: its code failed, or an operator ended it.
            _stopped[id] = new ComponentStop(id, Number: 0, ActionId: null, OrchestrationFailed, failure.FailureDetails.ErrorMessage);
        }
    }

    private void ShowProgress(bool waits)
    {
        var shown = waits ? Failures.Select(failure => failure.ComponentId) : Running.Select(component => component.Id);
        context.SetCustomStatus(new FulfilmentProgress(string.Join(", ", shown), _ended.Count, bundle.Components.Count, waits));
    }
}
