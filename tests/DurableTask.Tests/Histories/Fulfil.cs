namespace Pao.DurableTask.Tests.Histories;

/// <summary>The orchestrator whose runs are recorded beside this file: every kind of step once.</summary>
internal sealed class Fulfil(string firstActivity = "Prepare") : TaskOrchestrator<string, string>
{
    public override async Task<string> RunAsync(TaskOrchestrationContext context, string input)
    {
        var id = context.NewGuid();
        context.SetCustomStatus(new { Phase = "preparing" });
        var prepared = await context.CallActivityAsync<string>(firstActivity, input);

        context.SetCustomStatus(new { Phase = "executing" });
        var policy = new RetryPolicy(3, TimeSpan.FromSeconds(1), 2);
        var executed = await Task.WhenAll(
            context.CallActivityAsync<int>("Execute", $"{id}:{prepared}", TaskOptions.FromRetryPolicy(policy)),
            context.CallSubOrchestratorAsync<int>("Provision", input));

        context.SendEvent("auditor", "executed", executed);
        var approved = await context.WaitForExternalEvent<bool>("approval", TimeSpan.FromDays(7));
        await context.CreateTimer(TimeSpan.FromMinutes(1), CancellationToken.None);
        return $"{prepared}, {executed.Sum()}, {approved}";
    }
}
