using Microsoft.Extensions.Options;
using Pao.Catalog;

namespace Pao.Api.Catalog.Probing;

/// <summary>The health of an item or a bundle, as this process found it.</summary>
/// <param name="Status">none, unknown, healthy, unhealthy, or refused: this service may not call the URL.</param>
/// <param name="Since">When it was first found to be so.</param>
/// <param name="LastCheckedAt">When the last probe ended.</param>
/// <param name="LatencyMs">How long the last answer took, in milliseconds.</param>
/// <param name="Reason">Why it is not healthy, or not known.</param>
/// <param name="Url">What is probed.</param>
/// <param name="IntervalSeconds">How often it is probed.</param>
internal sealed record ItemHealth(
    string CatalogItemId,
    HealthState Status,
    DateTimeOffset? Since,
    DateTimeOffset? LastCheckedAt,
    double? LatencyMs,
    string? Reason,
    Uri? Url,
    double? IntervalSeconds)
{
    public static ItemHealth From(CatalogEntry entry, ProbeSchedule schedule, IOptions<ProbingOptions> options)
    {
        if (entry.Monitoring?.HealthCheck is not { } check)
            return Without(entry, HealthState.None, "The document has no monitoring.healthCheck.");
        if (!options.Value.Enabled)
            return Without(entry, HealthState.Unknown, $"Nothing is probed here: {ProbingOptions.Section}:{nameof(ProbingOptions.Enabled)} is false.") with { Url = check.Url };

        var (standing, interval) = schedule.Find(check) ?? (ProbeStanding.Unknown, check.Interval);
        return new(
            entry.Id, standing.State, standing.Since, standing.LastChecked,
            standing.Latency is { } latency ? Math.Round(latency.TotalMilliseconds, 1) : null,
            standing.State is HealthState.Unknown ? "It was not probed yet." : standing.Reason,
            check.Url, interval.TotalSeconds);
    }

    private static ItemHealth Without(CatalogEntry entry, HealthState state, string reason) => new(entry.Id, state, null, null, null, reason, null, null);
}
