namespace Pao.Orchestrator.Requests;

internal sealed partial class UnstartedRequests
{
    private const string Find = $"""
        select {FulfilmentInputs.Columns}
        from requests
        where status = 'submitted' and orchestration_started_at is null and created_at <= @until
        order by created_at
        limit @limit
        """;

    private const string Mark = """
        update requests set orchestration_started_at = @now where id = @id and orchestration_started_at is null
        """;
}
