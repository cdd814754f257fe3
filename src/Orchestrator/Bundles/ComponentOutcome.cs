using System.Text.Json.Nodes;

namespace Pao.Orchestrator.Bundles;

/// <summary>How a component ended: skipped, completed with the outputs that others may use, or given up.</summary>
internal sealed record ComponentOutcome(bool Skipped, bool Aborted, JsonObject Outputs)
{
    public static ComponentOutcome Completed(JsonObject outputs) => new(Skipped: false, Aborted: false, outputs);

    public static ComponentOutcome LeftOut { get; } = new(Skipped: true, Aborted: false, []);

    public static ComponentOutcome GivenUp { get; } = new(Skipped: false, Aborted: true, []);
}
