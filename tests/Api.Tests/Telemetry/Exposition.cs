using System.Diagnostics.Metrics;
using System.Text.RegularExpressions;

namespace Pao.Api.Tests.Telemetry;

/// <summary>Metrics in the text format of Prometheus.</summary>
internal sealed partial record Exposition(string Text)
{
    /// <summary>The names of all samples.</summary>
    public IReadOnlySet<string> Names { get; } =
        Sample().Matches(Text).Select(sample => sample.Groups["name"].Value).ToHashSet(StringComparer.Ordinal);

    /// <summary>What an instrument's samples are called.</summary>
    public static IEnumerable<string> NamesOf(Instrument instrument)
    {
        var unit = instrument.Unit switch { "s" => "_seconds", "By" => "_bytes", _ => "" };
        var name = instrument.Name.Replace('.', '_');
        if (!name.EndsWith(unit, StringComparison.Ordinal))
            name += unit;
        var kind = instrument.GetType().Name;
        if (kind.Contains("Histogram", StringComparison.Ordinal))
            return [$"{name}_bucket", $"{name}_sum", $"{name}_count"];

        return kind.Contains("Counter", StringComparison.Ordinal) && !kind.Contains("UpDown", StringComparison.Ordinal) ? [$"{name}_total"] : [name];
    }

    [GeneratedRegex(@"^(?<name>[a-z_0-9]+)(?:\{(?<labels>.*)\})? (?<value>\S+)( \d+)?$", RegexOptions.Multiline)]
    private static partial Regex Sample();
}
