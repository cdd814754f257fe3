using System.Diagnostics;
using Pao.DurableTask;

namespace Pao.HubNode;

/// <summary>Tasks that kill this process each time they are touched, and harmless ones beside them.</summary>
internal sealed class Killers(string ledger, bool mended)
{
    private readonly Lock _writing = new();

    public void AddTo(DurableTaskRegistry tasks) => tasks
        .AddOrchestratorFunc<string, string>("kills", KillAsync)
        .AddOrchestratorFunc<string, string>("kills-at-once", (context, input) => Task.FromResult(Kill(context.InstanceId, input)))
        .AddOrchestratorFunc<string, string>("calls-a-killer", CallKillerAsync)
        .AddOrchestratorFunc<string, string>("harmless", RunAsync)
        .AddActivityFunc<string, string>("killer", (context, input) => Kill(context.InstanceId, input))
        .AddActivityFunc<string, string>("step", (_, input) => input + "x");

    private async Task<string> KillAsync(TaskOrchestrationContext context, string input)
    {
        var value = await context.CallActivityAsync<string>("step", input);
        Touch(context.InstanceId);
        if (!mended)
            Environment.FailFast("This orchestrator kills its process.");
        return value;
    }

    /// <returns>The type of the activity's failure, or its result.</returns>
    private static async Task<string> CallKillerAsync(TaskOrchestrationContext context, string input)
    {
        try
        {
            return await context.CallActivityAsync<string>("killer", input);
        }
        catch (TaskFailedException e)
        {
            return e.FailureDetails.ErrorType;
        }
    }

    private string Kill(string instanceId, string input)
    {
        Touch(instanceId);
        if (mended)
            return input;

        using var self = Process.GetCurrentProcess();
        self.Kill();
        Thread.Sleep(Timeout.Infinite); // the signal is on its way
        return input;
    }

    private static async Task<string> RunAsync(TaskOrchestrationContext context, string input)
    {
        var value = input;
        for (var i = 0; i < 5; i++)
        {
            value = await context.CallActivityAsync<string>("step", value);
            await context.CreateTimer(TimeSpan.FromMilliseconds(200), CancellationToken.None);
        }

        return value;
    }

    private void Touch(string instanceId)
    {
        lock (_writing)
            File.AppendAllText(ledger, instanceId + "\n");
    }
}
