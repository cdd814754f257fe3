namespace Pao.Orchestrator.Telling;

internal sealed partial class TicketNews
{
    // A ticket that was turned down keeps its handle; one that nobody wants any more was told so when it was cancelled.
    private const string FindTickets = """
        select component_id, action_id, prepared, revision, waiting, output
        from request_actions
        where request_id = @id and action_type = 'jira-ticket' and prepared is not null
          and (waiting is not null or (status = 'completed' and output is not null))
        order by action_index
        """;

    private const string FindInput = $"select {Requests.FulfilmentInputs.Columns} from requests where id = @id";

    // Updating the request first locks its row until the commit: its log lines are numbered one after the other.
    private const string AppendLog = """
        update requests set version = version + 1, updated_at = @now where id = @id;

        insert into request_log (request_id, at, level, message, action_id, component_id)
        values (@id, @now, @level, @message, @action_id, @component_id)
        """;
}
