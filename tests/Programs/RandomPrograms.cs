using System.Collections.Concurrent;
using CsCheck;
using Pao.DurableTask;

namespace Pao.Programs;

internal enum StepKind
{
    Activity,
    Timer,
    Event,
    Child,
    FanOut,
    FirstOf,
    Status,
    Anew,
    CarriedEvent,
}

/// <summary>A step of a random orchestration.</summary>
/// <param name="Kind">What it does.</param>
/// <param name="Value">What it brings; a timer's share of the longest time.</param>
/// <param name="Failures">How often the activity fails before it succeeds.</param>
/// <param name="Attempts">How often it is tried.</param>
/// <param name="Steps">What a child or a fan-out consists of.</param>
internal sealed record Step(StepKind Kind, int Value, int Failures, int Attempts, Step[] Steps);

/// <summary>Where a program is: what it was before it continued as new is gone but for this.</summary>
internal sealed record Progress(Step[] Program, int Next, int Sum, bool Raised = false);

/// <summary>Random orchestrations: how they are made, what they must result in, and the code that runs them.</summary>
/// <param name="longestTimer">Of a timer step.</param>
/// <param name="pause">Between the tries of an activity.</param>
/// <param name="raise">Raises an event for the instance and returns when it is accepted.</param>
/// <param name="countsRuns">
/// Whether an activity runs once for each try, so that a retry policy can be used and its runs counted. Under faults
/// activities run at least once: there each try says whether it fails.
/// </param>
internal sealed class RandomPrograms(
    TimeSpan longestTimer, TimeSpan pause, Func<string, string, int, Task> raise, bool countsRuns)
{
    private static readonly Step[] None = [];
    private static readonly TimeSpan Long = TimeSpan.FromDays(1);

    private static readonly Gen<Step> Activity =
        Gen.Select(Gen.Int[0, 99], Gen.Int[0, 3], Gen.Int[1, 3]).Select((value, failures, attempts) =>
            new Step(StepKind.Activity, value, failures, attempts, None));

    private static readonly Gen<Step> Simple = Gen.Frequency(
        (4, Activity),
        (1, Of(StepKind.Timer)),
        (1, Of(StepKind.Event)),
        (1, Of(StepKind.FirstOf)),
        (1, Of(StepKind.Status)));

    private static readonly Gen<Step> Any = Gen.Frequency(
        (10, Simple),
        (2, Simple.Array[0, 4].Select(steps => new Step(StepKind.Child, 0, 0, 0, steps))),
        (2, Activity.Array[0, 4].Select(steps => new Step(StepKind.FanOut, 0, 0, 0, steps))),
        (1, Of(StepKind.Anew)),
        (1, Of(StepKind.CarriedEvent)));

    private readonly ConcurrentDictionary<string, int> _tries = new();

    /// <summary>Up to 20 steps.</summary>
    public static readonly Gen<Step[]> Programs = Any.Array[0, 20];

    /// <summary>What a program must result in.</summary>
    public static int Interpret(IEnumerable<Step> program) => program.Aggregate(17, (sum, step) => Add(sum, step.Kind switch
    {
        StepKind.Activity => step.Failures < step.Attempts ? step.Value : -1,
        StepKind.Timer => 3,
        StepKind.Status => 4,
        StepKind.Anew => 5,
        StepKind.Child => Interpret(step.Steps),
        StepKind.FanOut => step.Steps.Select(one => Interpret([one])).Sum(),
        _ => step.Value,
    }));

    /// <summary>The custom status at the program's end.</summary>
    public static int? Status(IEnumerable<Step> program) => program.LastOrDefault(step => step.Kind == StepKind.Status)?.Value;

    public void AddTo(DurableTaskRegistry registry)
    {
        registry.AddOrchestratorFunc<Progress, int>("Program", RunAsync);
        registry.AddActivityFunc<Work, int>("Work", (_, work) =>
            Fails(work) ? throw new ActivityFailedException("work.failed", "Not yet.", retryable: true) : work.Value);
        registry.AddActivityFunc<Work, bool>("Raise", async (context, work) =>
        {
            await raise(context.InstanceId, work.Key, work.Value);
            return true;
        });
    }

    private bool Fails(Work work) => countsRuns
        ? _tries.AddOrUpdate(work.Key, 1, (_, count) => count + 1) <= work.Failures
        : work.Failures > 0;

    private async Task<int> RunAsync(TaskOrchestrationContext context, Progress progress)
    {
        var sum = progress.Sum;
        for (var i = progress.Next; i < progress.Program.Length; i++)
        {
            var step = progress.Program[i];
            var carried = $"carried-{i}";
            switch (step.Kind)
            {
                case StepKind.Anew:
                    context.ContinueAsNew(new Progress(progress.Program, i + 1, Add(sum, 5)));
                    return 0;
                case StepKind.CarriedEvent when progress.Raised && progress.Next == i:
                    sum = Add(sum, await context.WaitForExternalEvent<int>(carried));
                    break;
                case StepKind.CarriedEvent:
                    await context.CallActivityAsync("Raise", new Work(carried, step.Value, 0));
                    context.ContinueAsNew(new Progress(progress.Program, i, sum, Raised: true));
                    return 0;
                default:
                    sum = Add(sum, await RunAsync(context, step));
                    break;
            }
        }

        return sum;
    }

    private async Task<int> RunAsync(TaskOrchestrationContext context, Step step)
    {
        switch (step.Kind)
        {
            case StepKind.Activity:
                return countsRuns ? await RetriedAsync(context, step) : await TriedAsync(context, step);
            case StepKind.Timer:
                await context.CreateTimer(longestTimer * (step.Value / 99.0), CancellationToken.None);
                return 3;
            case StepKind.Event:
                var name = context.NewGuid().ToString();
                var raised = context.WaitForExternalEvent<int>(name, Long);
                await context.CallActivityAsync("Raise", new Work(name, step.Value, 0));
                return await raised;
            case StepKind.FirstOf:
                var first = context.NewGuid().ToString();
                Task<int>[] waits = [context.WaitForExternalEvent<int>("never"), context.WaitForExternalEvent<int>(first)];
                await context.CallActivityAsync("Raise", new Work(first, step.Value, 0));
                return await await Task.WhenAny(waits);
            case StepKind.Status:
                context.SetCustomStatus(step.Value);
                return 4;
            case StepKind.Child:
                return await context.CallSubOrchestratorAsync<int>("Program", new Progress(step.Steps, 0, 17));
            default:
                var branches = await Task.WhenAll(step.Steps.Select(async one => Add(17, await RunAsync(context, one))));
                return branches.Sum();
        }
    }

    private async Task<int> RetriedAsync(TaskOrchestrationContext context, Step step)
    {
        try
        {
            return await context.CallActivityAsync<int>(
                "Work",
                new Work(context.NewGuid().ToString(), step.Value, step.Failures),
                TaskOptions.FromRetryPolicy(new RetryPolicy(step.Attempts, pause, 2)));
        }
        catch (TaskFailedException e) when (e.FailureDetails.ErrorType == "work.failed")
        {
            return -1;
        }
    }

    private async Task<int> TriedAsync(TaskOrchestrationContext context, Step step)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await context.CallActivityAsync<int>("Work", new Work("", step.Value, step.Failures - attempt + 1));
            }
            catch (TaskFailedException e) when (e.FailureDetails.ErrorType == "work.failed")
            {
                if (attempt == step.Attempts)
                    return -1;
            }

            await context.CreateTimer(pause, CancellationToken.None);
        }
    }

    private static Gen<Step> Of(StepKind kind) => Gen.Int[0, 99].Select(value => new Step(kind, value, 0, 0, None));

    private static int Add(int sum, int value) => unchecked((sum * 31) + value);

    private sealed record Work(string Key, int Value, int Failures);
}
