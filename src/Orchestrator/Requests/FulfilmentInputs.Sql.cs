namespace Pao.Orchestrator.Requests;

public sealed partial class FulfilmentInputs
{
    internal const string Columns = "id, document, request_data, requester, team, correlation_id, created_at, trace_context";

    private const string Find = $"""
        select {Columns}
        from requests
        where id = @id and failures = @failures and status in ('submitted', 'validating', 'queued', 'in_progress')
        """;
}
