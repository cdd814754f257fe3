using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Pao.Api.Catalog.Probing;

/// <summary>How the health checks of documents are probed; bound from <c>Pao:Catalog:HealthChecks</c>.</summary>
internal sealed class ProbingOptions
{
    public const string Section = "Pao:Catalog:HealthChecks";

    /// <summary>False: nothing is called, and every health check stays unknown.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>No URL is probed more often than this, whatever its document asks for.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1000000", "1.00:00:00", ErrorMessage = "Pao:Catalog:HealthChecks:ShortestInterval must be from 100 ms to one day.")]
    public TimeSpan ShortestInterval { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Who has not answered in this time is not healthy.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1000000", "00:01:00", ErrorMessage = "Pao:Catalog:HealthChecks:Timeout must be from 100 ms to one minute.")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How many probes are under way at once.</summary>
    [Range(1, 256, ErrorMessage = "Pao:Catalog:HealthChecks:AtOnce must be from 1 to 256.")]
    public int AtOnce { get; set; } = 16;

    /// <summary>How many probes begin in a second; where there are more to make, each URL is probed less often.</summary>
    [Range(1, 1000, ErrorMessage = "Pao:Catalog:HealthChecks:MostPerSecond must be from 1 to 1000.")]
    public int MostPerSecond { get; set; } = 20;
}

[OptionsValidator]
internal sealed partial class ProbingOptionsValidator : IValidateOptions<ProbingOptions>;
