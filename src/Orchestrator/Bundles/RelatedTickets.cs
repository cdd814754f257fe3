using System.Text.Json;
using Pao.Activities;
using Pao.Activities.Jira;
using Pao.Orchestrator.Storage;

namespace Pao.Orchestrator.Bundles;

/// <summary>Which tickets of a bundle's other components a component's own ticket is blocked by.</summary>
internal sealed partial class RelatedTickets(Database database) : IRelatedTickets
{
    public async Task<IReadOnlyList<RelatedTicket>> BlockersAsync(ActionExecution execution, CancellationToken cancellationToken)
    {
        if (execution.ComponentId is not { } component)
            return [];

        var dependsOn = await database.ReadAsync(
            DependsOn,
            p => p.Uuid("id", execution.RequestId).Text("component_id", component),
            row => JsonSerializer.Deserialize<List<string>>(row.Text("depends_on")) ?? [],
            cancellationToken);
        if (dependsOn.SingleOrDefault() is not { Count: > 0 } before)
            return [];

        var tickets = await database.ReadAsync(
            Tickets,
            p => p.Uuid("id", execution.RequestId),
            row => (Component: row.Text("component_id"), Output: row.ObjectOrNull("output")),
            cancellationToken);
        return
        [
            .. from ticket in tickets
               where before.Contains(ticket.Component)
               let url = ticket.Output?["url"]?.ToString()
               let key = ticket.Output?["key"]?.ToString()
               where url is not null && key is not null
               select new RelatedTicket(url, key),
        ];
    }
}
