using Microsoft.Extensions.Logging;
using Pao.DurableTask.Client;
using Pao.Orchestrator.Bundles;
using Pao.Orchestrator.Planning;
using Pao.Orchestrator.Requests;
using Pao.Orchestrator.Telling;

namespace Pao.Orchestrator.Fulfilment;

/// <summary>
/// Looks for requests whose orchestration has ended in the hub without them: it failed with an error of its own, an
/// operator terminated it, the hub came back from an older backup. None of these waits unseen for ever.
/// </summary>
/// <remarks>
/// Healthy requests may run for weeks and far outnumber the others, so each call looks at the next few, in a circle.
/// </remarks>
internal sealed partial class Reconciliation(
    OpenRequests open, FulfilmentInputs inputs, RequestProgress progress, Fulfilments fulfilments, ComponentInstances components,
    TicketNews news, TimeProvider time, ILogger<Reconciliation> logger)
{
    private Guid _last;

    /// <summary>Looks at the next few requests that were not touched since a time.</summary>
    public async Task LookAsync(DateTimeOffset until, int limit, CancellationToken cancellationToken)
    {
        var requests = await open.FindAsync(_last, until, limit, cancellationToken);
        foreach (var request in requests)
        {
            _last = request.Id; // also when looking at it fails: the others are not looked at the less
            await LookAsync(request, cancellationToken);
        }

        if (requests.Count < limit)
            _last = Guid.Empty;
    }

    /// <summary>Looks at one request now.</summary>
    public async Task LookAtAsync(Guid requestId, CancellationToken cancellationToken)
    {
        if (await open.FindAsync(requestId, cancellationToken) is { } request)
            await LookAsync(request, cancellationToken);
    }

    private async Task LookAsync(OpenRequest request, CancellationToken cancellationToken)
    {
        switch (await fulfilments.FindAsync(request.Id, cancellationToken))
        {
            case null:
                await RestartAsync(request, cancellationToken);
                break;
            case { RuntimeStatus: OrchestrationRuntimeStatus.Failed } failed:
                await StrandAsync(request, failed, "orchestration.failed", Failure(failed), cancellationToken);
                break;
            case { RuntimeStatus: OrchestrationRuntimeStatus.Completed } completed
                when completed.ReadOutputAs<FulfilmentOutcome>() is { Status: RequestStatus.Completed }:
                await progress.CompleteAsync(request.Id, cancellationToken);
                await news.TellCompletedAsync(request.Id, cancellationToken);
                break;
            case { IsCompleted: true } ended:
                await StrandAsync(request, ended, "orchestration.terminated", End(ended), cancellationToken);
                break;
        }
    }

    private static string Failure(OrchestrationMetadata failed) =>
        $"The orchestration failed: {failed.FailureDetails?.ToString() ?? "the hub does not say why."} "
        + "Mend the cause and retry, which goes on after what is done; or abort.";

    private static string End(OrchestrationMetadata ended) =>
        $"The orchestration was ended in the hub, where it is {ended.RuntimeStatus}. "
        + "Retry runs it anew and keeps what is done; or abort.";

    private async Task StrandAsync(
        OpenRequest request, OrchestrationMetadata ended, string code, string message, CancellationToken cancellationToken)
    {
        // It may have ended before it began: from here on it has a plan, like any other that stops.
        if (request.Status is RequestStatus.Submitted)
            await progress.BeginAsync(request.Id, ChosenPlan.AsWritten, cancellationToken);

        var stop = new Stoppage(request.Id, Guid.CreateVersion7(time.GetUtcNow()), ActionId: null, code, message);
        if (!await progress.StrandAsync(stop, request.Failures, cancellationToken))
            return;

        await news.TellAsync(stop, request.Failures + 1, cancellationToken);

        // Those of a bundle's components would run on with nobody to tell.
        await components.TerminateAsync(request.Id, ended, cancellationToken);
        Log.Stranded(logger, request.Id, message);
    }

    private async Task RestartAsync(OpenRequest request, CancellationToken cancellationToken)
    {
        if (await inputs.FindAsync(request.Id, request.Failures, cancellationToken) is not { } input
            || !await fulfilments.TryStartAsync(input, cancellationToken))
            return;

        await progress.NoteRestartAsync(
            request.Id, "The hub had lost the orchestration; it runs anew and keeps what is done.", cancellationToken);
        Log.Restarted(logger, request.Id);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "Request {Request} stands without its orchestration and waits for a decision: {Reason}")]
        public static partial void Stranded(ILogger logger, Guid request, string reason);

        [LoggerMessage(2, LogLevel.Warning, "Request {Request} had no orchestration in the hub: started it again. What is done is not repeated.")]
        public static partial void Restarted(ILogger logger, Guid request);
    }
}
