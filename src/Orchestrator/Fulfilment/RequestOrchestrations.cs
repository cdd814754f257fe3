using Pao.DurableTask.Client;
using Pao.Orchestrator.Requests;

namespace Pao.Orchestrator.Fulfilment;

/// <summary>
/// What an operator's step in the hub means for the request whose orchestration it is. The request decides what runs
/// again, and its state follows when its orchestration is ended.
/// </summary>
public sealed class RequestOrchestrations
{
    // A turn that is under way ends first. Whatever takes longer is seen by the sweeper.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly RequestStore _requests;
    private readonly OperatorNotes _notes;
    private readonly Reconciliation _reconciliation;
    private readonly DurableTaskClient _client;
    private readonly TimeProvider _time;

    internal RequestOrchestrations(
        RequestStore requests, OperatorNotes notes, Reconciliation reconciliation, DurableTaskClient client, TimeProvider time)
    {
        _requests = requests;
        _notes = notes;
        _reconciliation = reconciliation;
        _client = client;
        _time = time;
    }

    /// <summary>The request that an orchestration works on, or on a component of; null for any other orchestration.</summary>
    public async Task<Request?> FindAsync(string instanceId, CancellationToken cancellationToken)
    {
        var name = instanceId.Split(':')[0];
        return Guid.TryParseExact(name, "D", out var id) && id.ToString() == name
            ? await _requests.FindAsync(id, Visibility.Everything, cancellationToken)
            : null;
    }

    /// <summary>Writes the step down, in the request's log too; returns once that is durable. Comes before the step.</summary>
    public Task NoteAsync(OperatorStep step, Request? request, CancellationToken cancellationToken) =>
        _notes.WriteAsync(step, request?.Id, cancellationToken);

    /// <summary>
    /// Lets a request follow an orchestration that is being ended: it fails and waits for a person. Returns after a few
    /// seconds at most; if the orchestration has not ended by then, the request follows within a minute of its end.
    /// </summary>
    public async Task FollowEndAsync(Guid requestId, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(Patience, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            await _client.WaitForInstanceCompletionAsync(requestId.ToString(), either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return;
        }

        await _reconciliation.LookAtAsync(requestId, cancellationToken);
    }
}
