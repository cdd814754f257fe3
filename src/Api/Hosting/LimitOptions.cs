using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Pao.Api.Hosting;

/// <summary>How much this process takes on at a time; bound from <c>Pao:Limits</c>.</summary>
internal sealed class LimitOptions
{
    public const string Section = "Pao:Limits";

    /// <summary>
    /// Calls that are worked on at a time, a quarter of them at most whose body is read before its sender is known.
    /// Unset: 32, or less where few files may be open.
    /// </summary>
    [Range(1, 10_000, ErrorMessage = "Pao:Limits:Calls must be from 1 to 10000.")]
    public int? Calls { get; set; }

    /// <summary>Calls that wait for their turn; who comes beyond that gets 503.</summary>
    [Range(0, 100_000, ErrorMessage = "Pao:Limits:WaitingCalls must be from 0 to 100000.")]
    public int WaitingCalls { get; set; } = 1_024;

    /// <summary>A call that has waited longer gets 503: whoever sent it has mostly given up.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:00:25", ErrorMessage = "Pao:Limits:LongestWait must be from 100 ms to 25 s.")]
    public TimeSpan LongestWait { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Open connections; more wait to be taken. Unset: as many as leave files for all else.</summary>
    [Range(1, 1_000_000, ErrorMessage = "Pao:Limits:Connections must be from 1 to 1000000.")]
    public int? Connections { get; set; }

    /// <summary>How long what runs may go on after SIGTERM. What is not done then is given back, which takes some seconds more at most.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:25:00", ErrorMessage = "Pao:Limits:StopTime must be from 1 s to 25 minutes.")]
    public TimeSpan StopTime { get; set; } = TimeSpan.FromSeconds(20);

    public int EffectiveCalls => Calls ?? FileLimit.CallsWithin(FileLimit.Own);

    public int? EffectiveConnections => Connections ?? FileLimit.ConnectionsWithin(FileLimit.Own);
}

[OptionsValidator]
internal sealed partial class LimitOptionsValidator : IValidateOptions<LimitOptions>;
