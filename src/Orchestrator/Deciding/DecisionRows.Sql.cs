using Pao.Orchestrator.Auditing;

namespace Pao.Orchestrator.Deciding;

internal sealed partial class DecisionRows
{
    // Of simultaneous decisions one goes on; the others wait here, and see what it did. Nothing changes yet. Who may not see the
    // request neither locks it nor waits for its lock.
    private const string Lock = """
        update requests set version = version where id = @id and
        """;

    private const string Find = """
        select status, failures, user_id, item_owner from requests where id = @id
        """;

    private const string FindDecision = """
        select kind from request_decisions where request_id = @id and failure = @failure
        """;

    private const string Move = """
        update requests
        set status = @to, version = version + 1, updated_at = @now, completed_at = @completed_at
        where id = @id and status = @from
        returning catalog_item_id, team, created_at
        """;

    private const string Insert = $"""
        insert into request_decisions (id, request_id, failure, kind, decided_by, reason, fields, components, effects, created_at)
        values (@decision_id, @id, @failure, @kind, @by, @reason, @fields, @components, @effects, @now);

        insert into request_log (request_id, at, level, message)
        values (@id, @now, 'info', @message);

        {AuditLog.Insert}
        """;
}
