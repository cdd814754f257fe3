using System.Text.Json.Nodes;

namespace Pao.Activities.Jira;

/// <summary>How a ticket that is not resolved yet is waited for.</summary>
internal static class TicketProgress
{
    public static ActionProgress.Waiting Waiting(JiraInstance instance, TicketHandle ticket, TicketStatus? status) =>
        new(ticket.ToJson(), status is null ? $"ticket {ticket.Key}" : $"ticket {ticket.Key} ({status.Name})")
        {
            ExternalReference = instance.Browse(ticket.Key),
            ByPerson = true,
            Outputs = new JsonObject
            {
                ["key"] = ticket.Key, ["id"] = ticket.Id, ["url"] = instance.Browse(ticket.Key), ["status"] = status?.Name,
            },
            HintKeys = [instance.HintKey(ticket.Key), instance.HintKey(ticket.Id)],
        };
}
