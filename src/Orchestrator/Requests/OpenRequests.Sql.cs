namespace Pao.Orchestrator.Requests;

internal sealed partial class OpenRequests
{
    // While a decision is on its way to the hub, what the hub says about the orchestration is older than the decision.
    private const string Open = """
        select id, status, failures
        from requests r
        where status in ('submitted', 'validating', 'queued', 'in_progress')
          and (status <> 'submitted' or orchestration_started_at is not null)
          and not exists (select 1 from request_decisions d where d.request_id = r.id and d.delivered_at is null)
        """;

    private const string FindOne = $"{Open} and id = @id";

    private const string Find = $"""
        {Open}
          and id > @after
          and updated_at <= @until
        order by id
        limit @limit
        """;
}
