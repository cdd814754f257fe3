using System.Collections.Concurrent;
using CsCheck;
using Pao.DurableTask.Client;

namespace Pao.DurableTask.Tests.Scripted;

internal enum StepKind
{
    Activity,
    Timer,
    Event,
    Child,
    FanOut,
}

/// <summary>A step of a random orchestration.</summary>
/// <param name="Kind">What it does.</param>
/// <param name="Value">What it brings.</param>
/// <param name="Failures">How often the activity fails before it succeeds.</param>
/// <param name="Attempts">How often it is tried.</param>
/// <param name="Steps">What a child or a fan-out consists of.</param>
internal sealed record Step(StepKind Kind, int Value, int Failures, int Attempts, Step[] Steps);

/// <summary>Random orchestrations: how they are made, what they must result in, and the code that runs them.</summary>
internal static class RandomPrograms
{
    private static readonly Step[] None = [];

    private static readonly Gen<Step> Activity =
        Gen.Select(Gen.Int[0, 99], Gen.Int[0, 3], Gen.Int[1, 3]).Select((value, failures, attempts) =>
            new Step(StepKind.Activity, value, failures, attempts, None));

    private static readonly Gen<Step> Simple = Gen.Frequency(
        (4, Activity),
        (1, Gen.Int[1, 400_000].Select(seconds => new Step(StepKind.Timer, seconds, 0, 0, None))),
        (1, Gen.Int[0, 99].Select(value => new Step(StepKind.Event, value, 0, 0, None))));

    private static readonly Gen<Step> Any = Gen.Frequency(
        (4, Simple),
        (1, Simple.Array[0, 4].Select(steps => new Step(StepKind.Child, 0, 0, 0, steps))),
        (1, Activity.Array[0, 4].Select(steps => new Step(StepKind.FanOut, 0, 0, 0, steps))));

    /// <summary>Up to 20 steps.</summary>
    public static readonly Gen<Step[]> Programs = Any.Array[0, 20];

    /// <summary>What a program must result in.</summary>
    public static int Interpret(IEnumerable<Step> program) => program.Aggregate(17, (sum, step) => Add(sum, step.Kind switch
    {
        StepKind.Activity => step.Failures < step.Attempts ? step.Value : -1,
        StepKind.Timer => 3,
        StepKind.Event => step.Value,
        StepKind.Child => Interpret(step.Steps),
        _ => step.Steps.Select(one => Interpret([one])).Sum(),
    }));

    public static void AddTo(DurableTaskRegistry registry, Func<DurableTaskClient> client)
    {
        ConcurrentDictionary<string, int> tries = new();
        registry.AddOrchestratorFunc<Step[], int>("Program", RunAsync);
        registry.AddActivityFunc<Work, int>("Work", (_, work) =>
            tries.AddOrUpdate(work.Key, 1, (_, count) => count + 1) > work.Failures
                ? work.Value
                : throw new ActivityFailedException("work.failed", "Not yet.", retryable: true));
        registry.AddActivityFunc<Work, bool>("Raise", async (context, work) =>
        {
            await client().RaiseEventAsync(context.InstanceId, work.Key, work.Value, CancellationToken.None);
            return true;
        });
    }

    private static async Task<int> RunAsync(TaskOrchestrationContext context, Step[] program)
    {
        var sum = 17;
        foreach (var step in program)
            sum = Add(sum, await RunAsync(context, step));

        return sum;
    }

    private static async Task<int> RunAsync(TaskOrchestrationContext context, Step step)
    {
        switch (step.Kind)
        {
            case StepKind.Activity:
                return await WorkAsync(context, step);
            case StepKind.Timer:
                await context.CreateTimer(TimeSpan.FromSeconds(step.Value), CancellationToken.None);
                return 3;
            case StepKind.Event:
                var name = context.NewGuid().ToString();
                var raised = context.WaitForExternalEvent<int>(name, TimeSpan.FromDays(1));
                await context.CallActivityAsync("Raise", new Work(name, step.Value, 0));
                return await raised;
            case StepKind.Child:
                return await context.CallSubOrchestratorAsync<int>("Program", step.Steps);
            default:
                var branches = await Task.WhenAll(step.Steps.Select(one => RunAsync(context, [one])));
                return branches.Sum();
        }
    }

    private static async Task<int> WorkAsync(TaskOrchestrationContext context, Step step)
    {
        var policy = new RetryPolicy(step.Attempts, TimeSpan.FromSeconds(5), 2);
        try
        {
            return await context.CallActivityAsync<int>(
                "Work", new Work(context.NewGuid().ToString(), step.Value, step.Failures), TaskOptions.FromRetryPolicy(policy));
        }
        catch (TaskFailedException e) when (e.FailureDetails.ErrorType == "work.failed")
        {
            return -1;
        }
    }

    private static int Add(int sum, int value) => unchecked((sum * 31) + value);

    private sealed record Work(string Key, int Value, int Failures);
}
