using System.Text.Json.Nodes;
using Pao.Orchestrator.Auditing;
using Pao.Orchestrator.Requests;
using Pao.Orchestrator.Storage;

namespace Pao.Orchestrator.Planning;

/// <summary>Items whose automation operators have switched off: people fulfil their requests meanwhile.</summary>
public sealed partial class AutomationSwitches(Database database, TimeProvider time)
{
    public Task<List<AutomationSwitch>> ListAsync(CancellationToken cancellationToken) =>
        database.ReadAsync(
            List,
            _ => { },
            row => new AutomationSwitch(
                row.Text("catalog_item_id"), row.Text("switched_off_by"), row.TextOrNull("reason"), row.Time("switched_off_at")),
            cancellationToken);

    /// <summary>Switches an item's automation off or on again; requests that have begun keep their plan.</summary>
    /// <returns>False when it was so already.</returns>
    public Task<bool> SwitchAsync(
        string item, bool automatic, Origin origin, string? reason, CancellationToken cancellationToken) =>
        database.WriteAsync(async transaction =>
        {
            var now = Clock.Microseconds(time);
            var changed = await transaction.ExecuteAsync(
                automatic ? SwitchOn : SwitchOff,
                p => p.Text("item", item).Text("by", origin.Actor).Text("reason", reason).Time("now", now),
                cancellationToken) == 1;
            if (changed)
                await AuditLog.WriteAsync(transaction, Entry(item, automatic, origin, reason), now, cancellationToken);
            return changed;
        }, cancellationToken);

    private static AuditEntry Entry(string item, bool automatic, Origin origin, string? reason) =>
        new(origin, automatic ? "automation.on" : "automation.off")
        {
            Details = new JsonObject { ["catalog_item_id"] = item, ["reason"] = reason },
            Before = new JsonObject { ["automatic"] = !automatic },
            After = new JsonObject { ["automatic"] = automatic },
        };
}

/// <summary>An item whose automation is off.</summary>
public sealed record AutomationSwitch(string CatalogItemId, string By, string? Reason, DateTimeOffset At);
