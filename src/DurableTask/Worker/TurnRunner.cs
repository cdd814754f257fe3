using Pao.DurableTask.Protocol;
using Pao.DurableTask.Replay;
using VersionFailureStrategy = Pao.DurableTask.Worker.DurableTaskWorkerOptions.VersionFailureStrategy;

namespace Pao.DurableTask.Worker;

/// <summary>Runs one turn of an orchestration: with the orchestrator kept from the turn before, or by replaying its history.</summary>
internal sealed class TurnRunner(
    DurableTaskRegistry registry,
    DurableTaskWorkerOptions options,
    ReplaySettings settings,
    IServiceProvider services,
    ITaskHub hub,
    Completions completions)
{
    private readonly KeptOrchestrators _kept = new(options.MaximumKeptOrchestrators);

    public int KeptCount => _kept.Count;

    /// <summary>Runs the turn and reports it. False when this worker does not take the orchestration: it is to be given back.</summary>
    public async Task<bool> RunAsync(OrchestratorRequest request, string completionToken, CancellationToken cancellationToken)
    {
        var response = new OrchestratorResponse
        {
            InstanceId = request.InstanceId,
            CompletionToken = completionToken,
            OrchestrationTraceContext = request.OrchestrationTraceContext,
        };

        var session = Session.Of(request);
        var execution = await TakeKeptAsync(request, session);
        if (execution is not null)
        {
            RunTurn(execution, [], request, response);
            await CompleteAsync(response, execution, session, cancellationToken);
            return true;
        }

        if (session.LacksHistory && StartedIn(request.NewEvents) is null)
        {
            response.RequiresHistory = true;
            await completions.CompleteAsync(response, cancellationToken);
            return true;
        }

        return await ReplayAsync(request, response, session, cancellationToken);
    }

    private async Task<bool> ReplayAsync(
        OrchestratorRequest request, OrchestratorResponse response, Session session, CancellationToken cancellationToken)
    {
        IReadOnlyList<HistoryEvent> past = request.RequiresHistoryStreaming ? await ReadHistoryAsync(request, cancellationToken) : request.PastEvents;
        var started = StartedIn(past) ?? StartedIn(request.NewEvents)
            ?? throw new InvalidOperationException($"The turn of instance '{request.InstanceId}' has no ExecutionStarted event.");

        if (VersionMatch.Mismatch(options.Versioning, started) is { } mismatch)
        {
            if (options.Versioning.FailureStrategy is VersionFailureStrategy.Reject)
                return false;

            return await FailAsync(response, mismatch, cancellationToken);
        }

        if (registry.FindOrchestrator(started.Name, started.Version ?? "", services) is not { } orchestrator)
            return await FailAsync(response, NotFound(started.Name), cancellationToken);

        var execution = new OrchestratorExecution(started, orchestrator, settings);
        RunTurn(execution, past, request, response);
        await CompleteAsync(response, execution, session, cancellationToken);
        return true;
    }

    /// <summary>The orchestrator as the turn before left it, if the hub took that turn from us and this is the next.</summary>
    private async Task<OrchestratorExecution?> TakeKeptAsync(OrchestratorRequest request, Session session)
    {
        if (!session.MayKeep || _kept.Take(request.InstanceId) is not { } kept)
            return null;

        return kept.NextTurn == session.Turn && kept.Execution.ExecutionId == request.ExecutionId && await kept.Committed
            ? kept.Execution
            : null;
    }

    /// <summary>The span is over before the hub is told: replayed or not, a turn that ran is one span.</summary>
    private static void RunTurn(
        OrchestratorExecution execution, IReadOnlyList<HistoryEvent> past, OrchestratorRequest request, OrchestratorResponse response)
    {
        using var span = Traces.StartTurn(execution.Started, request.NewEvents.Count);
        execution.RunTurn(past, request.NewEvents, response);
    }

    /// <summary>
    /// The orchestrator is put by before the hub is told: the next turn may arrive before the hub's answer, and waits for it.
    /// </summary>
    private async Task CompleteAsync(
        OrchestratorResponse response, OrchestratorExecution execution, Session session, CancellationToken cancellationToken)
    {
        if (!session.MayKeep || execution.IsOver)
        {
            if (await ReportAsync(response, cancellationToken) && execution is { IsOver: true, StartedAt: { } startedAt })
                Traces.EmitExecution(execution.Started, startedAt, EndIn(response));
            return;
        }

        var kept = new KeptOrchestrator(execution, session.Turn + 1);
        _kept.Put(kept);
        var committed = false;
        try
        {
            committed = await ReportAsync(response, cancellationToken);
        }
        finally
        {
            if (!committed)
                _kept.Drop(kept);

            kept.SetCommitted(committed);
        }
    }

    private async Task<bool> ReportAsync(OrchestratorResponse response, CancellationToken cancellationToken)
    {
        foreach (var chunk in CompletionChunks.Split(response, options.CompleteOrchestrationWorkItemChunkSizeInBytes))
            if (!await completions.CompleteAsync(chunk, cancellationToken))
                return false;

        return true;
    }

    private async Task<bool> FailAsync(OrchestratorResponse response, TaskFailureDetails failure, CancellationToken cancellationToken)
    {
        response.Actions.Add(new OrchestratorAction { Id = -1, CompleteOrchestration = OrchestratorExecution.Failed(failure) });
        await completions.CompleteAsync(response, cancellationToken);
        return true;
    }

    private async Task<List<HistoryEvent>> ReadHistoryAsync(OrchestratorRequest request, CancellationToken cancellationToken)
    {
        var ask = new StreamInstanceHistoryRequest
        {
            InstanceId = request.InstanceId,
            ExecutionId = request.ExecutionId,
            ForWorkItemProcessing = true,
        };
        List<HistoryEvent> history = [];
        await foreach (var chunk in hub.StreamInstanceHistoryAsync(ask, cancellationToken))
            history.AddRange(chunk.Events);

        return history;
    }

    private static ExecutionStartedEvent? StartedIn(IEnumerable<HistoryEvent> events)
    {
        foreach (var e in events)
            if (e.ExecutionStarted is { } started)
                return started;

        return null;
    }

    private static OrchestrationStatus EndIn(OrchestratorResponse response) =>
        response.Actions.Last(action => action.CompleteOrchestration is not null).CompleteOrchestration.OrchestrationStatus;

    private static TaskFailureDetails NotFound(string name) =>
        new("OrchestratorTaskNotFound", $"No orchestrator '{name}' is registered with this worker.", null, null) { IsNonRetriable = true };

    /// <summary>What the hub says about keeping the orchestrator between turns.</summary>
    private readonly record struct Session(bool MayKeep, bool LacksHistory, int Turn)
    {
        public static Session Of(OrchestratorRequest request)
        {
            var properties = request.Properties;
            if (!properties.TryGetValue(ExtendedSessions.IsExtendedSession, out var extended) || !extended.BoolValue)
                return default;

            // Without a turn's number a kept orchestrator could not be told from a stale one.
            var numbered = properties.TryGetValue(ExtendedSessions.Turn, out var turn);
            var lacksHistory = properties.TryGetValue(ExtendedSessions.IncludeState, out var include) && !include.BoolValue;
            return new Session(numbered, lacksHistory, numbered ? (int)turn.NumberValue : 0);
        }
    }
}
