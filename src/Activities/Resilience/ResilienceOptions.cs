using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Pao.Activities.Resilience;

/// <summary>When an external system is left alone, and how it is taken up again; bound from <c>Pao:Resilience</c>.</summary>
public sealed class ResilienceOptions
{
    public const string Section = "Pao:Resilience";

    /// <summary>What share of the calls within <see cref="SamplingTime"/> must fail for a breaker to open.</summary>
    [Range(0.01, 1.0)]
    public double FailureRatio { get; set; } = 0.5;

    /// <summary>With fewer calls than this within <see cref="SamplingTime"/> a breaker stays closed.</summary>
    [Range(2, 10_000)]
    public int FewestCalls { get; set; } = 6;

    [Range(typeof(TimeSpan), "00:00:01", "00:30:00")]
    public TimeSpan SamplingTime { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How long a breaker stays open before a call tests the system; twice as long after each test that failed.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan FirstBreak { get; set; } = TimeSpan.FromSeconds(5);

    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan LongestBreak { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Once a breaker has closed, 1 action is let in, then 2, 4, 8, … each within one such interval.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:10:00")]
    public TimeSpan WaveInterval { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How many calls to one system may be under way in this process.</summary>
    [Range(1, 10_000)]
    public int MaxConcurrency { get; set; } = 32;

    /// <summary>The same for single systems, by the name of their host or instance: <c>jira.corp.example</c>, <c>jira-default</c>.</summary>
    public IDictionary<string, int> MaxConcurrencyOf { get; } = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase);
}

[OptionsValidator]
internal sealed partial class ResilienceOptionsValidator : IValidateOptions<ResilienceOptions>;
