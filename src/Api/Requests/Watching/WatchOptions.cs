using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;
using Pao.Api.Access;

namespace Pao.Api.Requests.Watching;

/// <summary>Callers that wait for a request to change; bound from <c>Pao:Watching</c>.</summary>
internal sealed class WatchOptions
{
    public const string Section = "Pao:Watching";

    /// <summary>How many may wait in this process at a time, by long-poll or stream; who comes beyond that gets 503.</summary>
    [Range(1, 1_000_000, ErrorMessage = "Pao:Watching:Most must be from 1 to 1000000.")]
    public int Most { get; set; } = 10_000;

    /// <summary>How often a stream without events says that it lives.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:01:00", ErrorMessage = "Pao:Watching:Heartbeat must be from 1 s to one minute.")]
    public TimeSpan Heartbeat { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>How often it is asked again whether a stream's caller may still see the request.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:00:30", ErrorMessage = "Pao:Watching:Recheck must be from 1 s to 30 s.")]
    public TimeSpan Recheck { get; set; } = AccessRenewal.Period;

    /// <summary>Who takes longer to read an event is cut off.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:01:00", ErrorMessage = "Pao:Watching:WriteTimeout must be from 1 s to one minute.")]
    public TimeSpan WriteTimeout { get; set; } = TimeSpan.FromSeconds(10);
}

[OptionsValidator]
internal sealed partial class WatchOptionsValidator : IValidateOptions<WatchOptions>;
