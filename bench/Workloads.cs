using Pao.DurableTask;

namespace Pao.Bench;

/// <summary>The orchestrations that are measured.</summary>
internal static class Workloads
{
    public const string ThreeSteps = "three";
    public const string Ring = "ring";
    public const string Sleep = "sleep";
    public const string Ping = "ping";

    /// <summary>Of history: its schedule, its completion, and the beginning and the end of the turn between.</summary>
    public const int EventsOfStep = 4;

    public static void AddTo(DurableTaskRegistry tasks, Echo echo) => tasks
        .AddOrchestratorFunc<string, string>(ThreeSteps, ThreeStepsAsync)
        .AddOrchestratorFunc<RingInput, string>(Ring, RingAsync)
        .AddOrchestratorFunc<DateTime, string>(Sleep, SleepAsync)
        .AddActivityFunc<string, string>("step", (_, input) => input + "x")
        .AddActivityFunc<string, string>("told", (_, key) => echo.Hear(key));

    private static async Task<string> ThreeStepsAsync(TaskOrchestrationContext context, string input)
    {
        var value = input;
        for (var i = 0; i < 3; i++)
            value = await context.CallActivityAsync<string>("step", value);
        return value;
    }

    /// <summary>Gets so long a history, and then answers events for ever.</summary>
    private static async Task<string> RingAsync(TaskOrchestrationContext context, RingInput input)
    {
        for (var i = 0; i < input.Steps; i++)
            await context.CallActivityAsync<string>("step", "");
        if (input.Told is not null)
            await context.CallActivityAsync<string>("told", input.Told);
        while (true)
            await context.CallActivityAsync<string>("told", await context.WaitForExternalEvent<string>(Ping));
    }

    private static async Task<string> SleepAsync(TaskOrchestrationContext context, DateTime due)
    {
        await context.CreateTimer(due, CancellationToken.None);
        return "awake";
    }
}

/// <param name="Steps">Activities before it waits.</param>
/// <param name="Told">What to say when they are done; null for nothing.</param>
internal sealed record RingInput(int Steps, string? Told);
