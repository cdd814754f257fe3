namespace Pao.Api.Catalog.Probing;

/// <summary>A URL that is probed, for one entry of the catalog or for several. Only <see cref="ProbeSchedule"/> changes it.</summary>
internal sealed class CheckedUrl(Uri url)
{
    public Uri Url => url;

    /// <summary>The id of the first entry that has it.</summary>
    public required string Entry { get; set; }

    public required TimeSpan Interval { get; set; }

    public required DateTimeOffset Due { get; set; }

    /// <summary>When the last probe began.</summary>
    public DateTimeOffset? Begun { get; set; }

    public bool IsUnderWay { get; set; }

    public ProbeStanding Standing { get; set; } = ProbeStanding.Unknown;
}

/// <summary>What is known of a URL.</summary>
/// <param name="Since">When it was first found to be so; null before the first probe.</param>
/// <param name="LastChecked">When the last probe ended.</param>
internal sealed record ProbeStanding(HealthState State, DateTimeOffset? Since, DateTimeOffset? LastChecked, TimeSpan? Latency, string? Reason)
{
    public static ProbeStanding Unknown { get; } = new(HealthState.Unknown, null, null, null, null);

    public ProbeStanding With(ProbeResult result, DateTimeOffset now) =>
        new(result.State, result.State == State ? Since : now, now, result.Latency, result.Reason);
}
