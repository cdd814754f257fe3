using Google.Protobuf;
using Pao.DurableTask.Protocol;
using Pao.Orchestrator.Tests.Fulfilment;

namespace Pao.Orchestrator.Tests.Histories;

/// <summary>
/// With <c>PAO_RECORD_HISTORIES</c> naming a folder, tests keep there what their requests' orchestrations left; some of the
/// files beside this one were made that way, the others by the end-to-end tests.
/// </summary>
internal static class Recording
{
    /// <summary>Keeps the history of an orchestration that has ended, if that is asked for.</summary>
    public static async Task KeepAsync(RunningService service, string name, string instanceId)
    {
        if (Environment.GetEnvironmentVariable("PAO_RECORD_HISTORIES") is not { Length: > 0 } folder)
            return;

        var cancellation = TestContext.Current.CancellationToken;
        await service.Client.WaitForInstanceCompletionAsync(instanceId, cancellation);
        var history = new HistoryChunk { Events = { await service.Client.GetOrchestrationHistoryAsync(instanceId, cancellation) } };
        var json = new JsonFormatter(JsonFormatter.Settings.Default.WithIndentation()).Format(history);
        await File.WriteAllTextAsync(Path.Combine(folder, name + ".json"), json + "\n", cancellation);
    }
}
