using System.Text.Json;
using System.Text.Json.Nodes;
using Grpc.Core;
using Pao.Activities;
using Pao.Catalog;
using Pao.DurableTask.Client;
using Pao.Orchestrator.Deciding;
using Pao.Orchestrator.Fulfilment;
using Pao.Orchestrator.Requests;
using Pao.Orchestrator.Storage;

namespace Pao.Orchestrator.Telling;

/// <summary>
/// Tells those who work on a request's tickets what becomes of it. Each piece of news is an orchestration of its own, whose id
/// says what it is about: it is started once however often it is reported, and whatever becomes of it, the request goes on.
/// </summary>
internal sealed partial class TicketNews(Database database, DurableTaskClient client, TimeProvider time)
{
    private const int LongestText = 2000;

    /// <summary>The request has stopped, for the time of this number.</summary>
    public Task TellAsync(Stoppage stop, int number, CancellationToken cancellationToken) => TellAsync(
        stop.RequestId, $"stop-{number}",
        $"PAO request {stop.RequestId} has stopped: {stop.Message} Somebody decides now whether it is tried again, escalated or given up.",
        [], cancellationToken);

    /// <summary>Somebody has decided. Tickets that end because of it are told so when they are cancelled.</summary>
    public Task TellAsync(Decision decision, CancellationToken cancellationToken) => TellAsync(
        decision.RequestId,
        decision.Kind is DecisionKind.Escalate ? $"escalated-{decision.Failure}" : decision.Id.ToString("n"), // asked again, it has another id
        Said(decision), [.. decision.Effects.Select(effect => effect.Execution.Path)], cancellationToken);

    /// <summary>Everything is done.</summary>
    public Task TellCompletedAsync(Guid requestId, CancellationToken cancellationToken) =>
        TellAsync(requestId, "completed", $"PAO request {requestId} is completed.", [], cancellationToken);

    /// <summary>Notes in the request's log that a ticket was told, or why it could not be.</summary>
    public Task NoteAsync(ToldTicket ticket, string? problem, CancellationToken cancellationToken) =>
        database.WriteAsync(
            transaction => transaction.ExecuteAsync(
                AppendLog,
                p => p.Uuid("id", ticket.Execution.RequestId)
                    .Time("now", Clock.Microseconds(time))
                    .Text("level", problem is null ? "info" : "warning")
                    .Text("message", problem is null ? $"Told on {ticket.Name}: {ticket.Comment.Text}" : $"Could not be told on {ticket.Name}: {problem}")
                    .Text("action_id", ticket.Execution.ActionId)
                    .Text("component_id", ticket.Execution.ComponentId),
                cancellationToken),
            cancellationToken);

    private async Task TellAsync(
        Guid requestId, string what, string text, IReadOnlyCollection<string> except, CancellationToken cancellationToken)
    {
        var comment = new ActionComment($"{requestId}:{what}", text.Length <= LongestText ? text : text[..LongestText] + " …");
        var tickets = (await TicketsAsync(requestId, comment, cancellationToken)).Where(ticket => !except.Contains(ticket.Execution.Path)).ToList();
        if (tickets.Count == 0)
            return;

        try
        {
            await client.StartOnceAsync(TellTickets.Name, new News(tickets), TellTickets.InstanceId(requestId, what), cancellationToken);
        }
        catch (RpcException away) when (away.StatusCode is StatusCode.Unavailable or StatusCode.DeadlineExceeded or StatusCode.ResourceExhausted)
        {
            // What the activities that report are tried again for, as when the database is away.
            throw new TimeoutException("The task hub cannot be reached now.", away);
        }
    }

    private async Task<IReadOnlyList<ToldTicket>> TicketsAsync(Guid requestId, ActionComment comment, CancellationToken cancellationToken)
    {
        var rows = await database.ReadAsync(FindTickets, p => p.Uuid("id", requestId), StoredTicket.Read, cancellationToken);
        if (rows.Count == 0)
            return [];

        var input = (await database.ReadAsync(FindInput, p => p.Uuid("id", requestId), FulfilmentInputs.Read, cancellationToken)).Single();
        return [.. rows.Select(row => new ToldTicket(ActionScope.ExecutionOf(input, row.ComponentId, row.Step), row.Handle, row.Name, comment))];
    }

    private static string Said(Decision decision)
    {
        var reason = decision.Reason is { } given ? $": {given}" : ".";
        return decision.Kind switch
        {
            DecisionKind.Retry => $"{decision.By} lets PAO request {decision.RequestId} be tried again{(decision.Fields is null ? "" : ", with corrected fields")}{reason}",
            DecisionKind.Abort => $"{decision.By} gave PAO request {decision.RequestId} up{reason}",
            DecisionKind.Escalate => $"{decision.By} asked others for help with PAO request {decision.RequestId}{reason}",
            DecisionKind.Cancel => $"{decision.By} took PAO request {decision.RequestId} back{reason}",
            _ => throw new ArgumentOutOfRangeException(nameof(decision), decision.Kind, "No such decision."),
        };
    }

    private sealed record StoredTicket(string? ComponentId, PreparedStep Step, JsonObject Handle, string Name)
    {
        public static StoredTicket Read(Row row)
        {
            var prepared = JsonSerializer.Deserialize<PreparedAction>(row.Text("prepared"))
                ?? throw new InvalidDataException($"What was prepared for {row.Text("action_id")} cannot be read.");
            var handle = row.ObjectOrNull("waiting")?[nameof(ActionProgress.Waiting.Handle)] as JsonObject ?? row.ObjectOrNull("output") ?? [];
            return new StoredTicket(
                row.Text("component_id") is { Length: > 0 } component ? component : null,
                new PreparedStep(prepared, row.Count("revision")),
                (JsonObject)handle.DeepClone(),
                $"ticket {(string?)(handle["key"] ?? handle["Key"])}");
        }
    }
}
