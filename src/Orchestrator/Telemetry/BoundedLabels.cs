using System.Collections.Concurrent;

namespace Pao.Orchestrator.Telemetry;

/// <summary>
/// The values that a label has: the first ones by name, all others as <c>other</c>. People choose the names of items and
/// teams, and each value of a label is a time series of its own for as long as the process lives.
/// </summary>
internal sealed class BoundedLabels(int most)
{
    public const string Other = "other";
    public const string None = "none";

    private readonly ConcurrentDictionary<string, string> _known = new(StringComparer.Ordinal);

    public string Of(string? value)
    {
        if (string.IsNullOrEmpty(value))
            return None;

        if (_known.TryGetValue(value, out var known))
            return known;

        return _known.Count < most ? _known.GetOrAdd(value, value) : Other;
    }
}
