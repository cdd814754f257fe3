namespace Pao.Api.Health;

/// <summary>What a look at a part came to.</summary>
/// <param name="Reason">Why it cannot be used, for operators; nothing when it can.</param>
/// <param name="Latency">How long the part took to answer; nothing when it is not asked, but looked at in memory.</param>
internal sealed record PartCheck(string? Reason, TimeSpan? Latency = null)
{
    public bool IsUp => Reason is null;

    public static PartCheck Of(bool isUp, string reason) => new(isUp ? null : reason);
}
