using Pao.DurableTask;

namespace Pao.Soak.Programs;

/// <summary>The orchestrator that runs programs, and its activities.</summary>
internal static class SoakTasks
{
    public const string Orchestrator = "program";

    private const string Mix = "mix";
    private const string Flaky = "flaky";
    private const string Left = "left";
    private const string Right = "right";

    // 3^-25: no instance of any run fails by bad luck.
    private static readonly TaskOptions Retries = TaskOptions.FromRetryPolicy(new RetryPolicy(25, TimeSpan.FromMilliseconds(50)));

    /// <summary>What the process with this number knows.</summary>
    public static void Register(DurableTaskRegistry tasks, int process)
    {
        tasks.AddOrchestratorFunc<SoakInput, long>(Orchestrator, RunAsync);
        tasks.AddActivityFunc<Operands, long>(Mix, (_, input) => Interpreter.Mix(input.Value, input.Number));
        tasks.AddActivityFunc<Operands, long>(process % 2 == 0 ? Left : Right, (_, input) => Interpreter.Mix(input.Value, input.Number));
        tasks.AddActivityFunc<Operands, long>(Flaky, (_, input) => Random.Shared.Next(3) == 0
            ? throw new ActivityFailedException("soak.flaky", "Bad luck.", retryable: true)
            : Interpreter.Mix(input.Value, input.Number));
    }

    private static async Task<long> RunAsync(TaskOrchestrationContext context, SoakInput input)
    {
        var value = input.Value;
        for (var i = 0; i < input.Program.Steps.Count; i++)
            value = await StepAsync(context, input.Program.Steps[i], input.Round, i, value);

        if (input.Round + 1 < input.Program.Rounds)
            context.ContinueAsNew(new SoakInput(input.Program, value, input.Round + 1));
        return value;
    }

    private static async Task<long> StepAsync(TaskOrchestrationContext context, Step step, int round, int index, long value)
    {
        switch (step.Kind)
        {
            case StepKind.FanOut:
                return Interpreter.Sum(await Task.WhenAll(Enumerable.Range(0, step.Number).Select(i => CallAsync(context, Mix, value, i))));
            case StepKind.Flaky:
                return await CallAsync(context, Flaky, value, step.Number, Retries);
            case StepKind.Left:
                return await CallAsync(context, Left, value, step.Number);
            case StepKind.Right:
                return await CallAsync(context, Right, value, step.Number);
            case StepKind.Timer:
                await context.CreateTimer(TimeSpan.FromMilliseconds(step.Number), CancellationToken.None);
                return value;
            case StepKind.Event:
                return Interpreter.Mix(value, await context.WaitForExternalEvent<int>(Interpreter.EventName(round, index)));
            case StepKind.Child when step.Child is { } child:
                var id = Interpreter.ChildId(context.InstanceId, round, index);
                return await context.CallSubOrchestratorAsync<long>(
                    Orchestrator, new SoakInput(child, value), new SubOrchestrationOptions(instanceId: id));
            default:
                return await CallAsync(context, Mix, value, step.Number);
        }
    }

    private static Task<long> CallAsync(TaskOrchestrationContext context, string name, long value, int number, TaskOptions? options = null) =>
        context.CallActivityAsync<long>(name, new Operands(value, number), options);
}
