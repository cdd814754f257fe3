using System.Text.Json.Nodes;

namespace Pao.Activities;

/// <summary>What an action left behind. Secrets in it are masked.</summary>
/// <param name="Outputs">Values that later actions may use, by name.</param>
/// <param name="ExternalReference">Where a person finds what was made, such as a ticket's key or a URL.</param>
public sealed record ActionResult(JsonObject Outputs, string? ExternalReference);
