using System.Text.Json.Nodes;
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
        string item, bool automatic, string by, string? reason, string correlationId, CancellationToken cancellationToken) =>
        database.WriteAsync(async transaction =>
        {
            var now = Clock.Microseconds(time);
            var changed = await transaction.ExecuteAsync(
                automatic ? SwitchOn : SwitchOff,
                p => p.Text("item", item).Text("by", by).Text("reason", reason).Time("now", now),
                cancellationToken) == 1;
            if (changed)
                await transaction.ExecuteAsync(
                    Audit,
                    p => p.Time("now", now)
                        .Text("by", by)
                        .Text("action", automatic ? "automation.on" : "automation.off")
                        .Text("correlation_id", correlationId)
                        .Json("details", new JsonObject { ["catalog_item_id"] = item, ["reason"] = reason }.ToJsonString()),
                    cancellationToken);
            return changed;
        }, cancellationToken);
}

/// <summary>An item whose automation is off.</summary>
public sealed record AutomationSwitch(string CatalogItemId, string By, string? Reason, DateTimeOffset At);
