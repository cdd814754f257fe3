namespace Pao.Orchestrator.Bundles;

internal sealed partial class RelatedTickets
{
    private const string DependsOn = """
        select depends_on from request_components where request_id = @id and component_id = @component_id
        """;

    private const string Tickets = """
        select component_id, output
        from request_actions
        where request_id = @id and action_type = 'jira-ticket' and status = 'completed'
        order by component_id, action_index
        """;
}
