namespace Pao.Orchestrator.Auditing;

internal static partial class AuditLog
{
    /// <summary>For a statement that writes more: the parameters are <see cref="Bind"/>'s.</summary>
    public const string Insert = """
        insert into audit_log (
          event_id, at, actor, actor_kind, action, request_id, correlation_id, source_address, user_agent, error_code, details, state_before,
          state_after, folded)
        values (
          @audit_event_id, @audit_at, @audit_actor, @audit_actor_kind, @audit_action, @audit_request_id, @audit_correlation_id,
          @audit_source_address, @audit_user_agent, @audit_error_code, @audit_details, @audit_state_before, @audit_state_after, @audit_folded)
        """;
}
