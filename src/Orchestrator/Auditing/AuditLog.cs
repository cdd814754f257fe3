using Pao.Orchestrator.Storage;

namespace Pao.Orchestrator.Auditing;

/// <summary>
/// The one way into the audit: within the transaction of what an entry is about, so that neither is there without the other.
/// </summary>
internal static partial class AuditLog
{
    public static Task WriteAsync(Transaction transaction, AuditEntry entry, DateTimeOffset now, CancellationToken cancellationToken) =>
        transaction.ExecuteAsync(Insert, p => Bind(p, entry, now), cancellationToken);

    /// <summary>The parameters of <see cref="Insert"/>.</summary>
    public static Parameters Bind(Parameters parameters, AuditEntry entry, DateTimeOffset now) => parameters
        .Uuid("audit_event_id", Guid.CreateVersion7(now))
        .Time("audit_at", now)
        .Text("audit_actor", entry.Origin.Actor)
        .Text("audit_actor_kind", entry.Origin.Kind.ToText())
        .Text("audit_action", entry.Action)
        .Uuid("audit_request_id", entry.RequestId)
        .Text("audit_correlation_id", entry.Origin.CorrelationId)
        .Text("audit_source_address", entry.Origin.Address)
        .Text("audit_user_agent", entry.Origin.UserAgent)
        .Text("audit_error_code", entry.ErrorCode)
        .Json("audit_details", entry.Details?.ToJsonString())
        .Json("audit_state_before", entry.Before?.ToJsonString())
        .Json("audit_state_after", entry.After?.ToJsonString())
        .Number("audit_folded", entry.Folded > 0 ? entry.Folded : null);

    /// <summary>As it is stored.</summary>
    public static string ToText(this ActorKind kind) => kind.ToString().ToLowerInvariant();
}
