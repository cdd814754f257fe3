namespace Pao.Api.Catalog.Probing;

/// <summary>What came of one probe.</summary>
/// <param name="Reason">Why it is not healthy, for people; nothing of an answer's body.</param>
/// <param name="Latency">How long the answer took; null when there was none.</param>
internal sealed record ProbeResult(HealthState State, string? Reason, TimeSpan? Latency);
