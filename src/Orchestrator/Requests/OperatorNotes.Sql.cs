namespace Pao.Orchestrator.Requests;

internal sealed partial class OperatorNotes
{
    // Updating the request first locks its row until the commit: its log lines are numbered one after the other.
    private const string AppendLog = """
        update requests set version = version + 1, updated_at = @now where id = @request_id;

        insert into request_log (request_id, at, level, message)
        values (@request_id, @now, 'warning', @message)
        """;
}
