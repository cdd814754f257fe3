using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Pao.DurableTask.Converters;
using Pao.DurableTask.Protocol;
using Pao.DurableTask.Replay;

namespace Pao.DurableTask.Tests.Scripted;

/// <summary>
/// Plays turns to an orchestrator. Every turn is played twice, to one that is kept from turn to turn and to one that
/// replays the whole history, and both must decide the same.
/// </summary>
internal sealed class Stage
{
    private readonly Func<ITaskOrchestrator> _orchestrator;
    private readonly ReplaySettings _settings;
    private readonly ExecutionStartedEvent _started;
    private readonly OrchestratorExecution _kept;

    private Stage(Func<ITaskOrchestrator> orchestrator, ExecutionStartedEvent started, ILoggerFactory? loggers)
    {
        _orchestrator = orchestrator;
        _started = started;
        _settings = new ReplaySettings(JsonDataConverter.Default, loggers ?? NullLoggerFactory.Instance, TimeSpan.FromDays(3), "");
        _kept = New();
    }

    public List<HistoryEvent> History { get; } = [];

    public DateTime Now { get; set; } = Events.Start;

    /// <summary>The status that the last turn showed.</summary>
    public string? CustomStatus { get; private set; }

    public static Stage Of<TInput, TOutput>(
        Func<TaskOrchestrationContext, TInput, Task<TOutput>> code, string? input = null, ILoggerFactory? loggers = null) =>
        new(() => new Function<TInput, TOutput>(code), Events.Started("Play", input).ExecutionStarted, loggers);

    public static Stage Of<TOutput>(Func<TaskOrchestrationContext, Task<TOutput>> code, ILoggerFactory? loggers = null) =>
        Of<object?, TOutput>((context, _) => code(context), loggers: loggers);

    /// <summary>Plays the first turn.</summary>
    public IReadOnlyList<OrchestratorAction> Begin(params HistoryEvent[] messages) =>
        Turn([new HistoryEvent { EventId = -1, Timestamp = Events.TurnStarted(Now).Timestamp, ExecutionStarted = _started }, .. messages]);

    /// <summary>Plays a turn, one second after the one before.</summary>
    public IReadOnlyList<OrchestratorAction> Turn(params HistoryEvent[] messages)
    {
        List<HistoryEvent> turn = [Events.TurnStarted(Now), .. messages];
        var live = new OrchestratorResponse();
        _kept.RunTurn([], turn, live);

        var replayed = Replay(turn);
        Assert.Equal(replayed.ToString(), live.ToString());

        History.AddRange(turn);
        History.AddRange(live.Actions.Select(action => Events.Recorded(action, Now)).OfType<HistoryEvent>());
        History.Add(Events.TurnCompleted(Now));
        CustomStatus = live.CustomStatus;
        Now += TimeSpan.FromSeconds(1);
        return live.Actions;
    }

    /// <summary>Plays a turn after the whole history to one that knows nothing.</summary>
    public OrchestratorResponse Replay(IReadOnlyList<HistoryEvent> turn)
    {
        var response = new OrchestratorResponse();
        New().RunTurn(History, turn, response);
        return response;
    }

    private OrchestratorExecution New() => new(_started, _orchestrator(), _settings);

    private sealed class Function<TInput, TOutput>(Func<TaskOrchestrationContext, TInput, Task<TOutput>> code)
        : TaskOrchestrator<TInput, TOutput>
    {
        public override Task<TOutput> RunAsync(TaskOrchestrationContext context, TInput input) => code(context, input);
    }
}

internal static class ActionAssertions
{
    /// <summary>The completion that must be the only action.</summary>
    public static CompleteOrchestrationAction Completion(this IReadOnlyList<OrchestratorAction> actions)
    {
        var completion = Assert.Single(actions).CompleteOrchestration;
        Assert.NotNull(completion);
        return completion;
    }

    public static string Output(this IReadOnlyList<OrchestratorAction> actions)
    {
        var completion = actions.Completion();
        Assert.True(completion.OrchestrationStatus == OrchestrationStatus.Completed, completion.ToString());
        return completion.Result;
    }

    public static Protocol.TaskFailureDetails Failure(this IReadOnlyList<OrchestratorAction> actions)
    {
        var completion = actions.Completion();
        Assert.Equal(OrchestrationStatus.Failed, completion.OrchestrationStatus);
        return completion.FailureDetails;
    }
}
