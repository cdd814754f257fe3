using System.Globalization;
using Pao.Catalog.Yaml;

namespace Pao.Catalog.Documents;

/// <summary>
/// Reads the keys of one mapping and reports what does not fit. It remembers which keys were asked for: whatever else
/// the document holds is unknown, and <see cref="Done"/> says so.
/// </summary>
internal sealed class MappingReader(YamlMapping mapping, string what, FindingList findings)
{
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);

    public YamlMapping Mapping => mapping;

    public Place Place => mapping.Place;

    /// <summary>Where the value of a key stands, or the mapping itself when it is not there.</summary>
    public Place PlaceOf(string key) => mapping.Find(key)?.Place ?? mapping.Place;

    public YamlNode? Any(string key)
    {
        _known.Add(key);
        return mapping.Find(key) is YamlScalar { Value: null } ? null : mapping.Find(key);
    }

    public T? Required<T>(string key)
        where T : YamlNode
    {
        if (Any(key) is null)
        {
            findings.Error("schema.required", mapping.Place, $"{what} must have '{key}'.");
            return null;
        }

        return Optional<T>(key);
    }

    public T? Optional<T>(string key)
        where T : YamlNode
    {
        var node = Any(key);
        if (node is null or T)
        {
            return node as T;
        }

        var wanted = typeof(T) == typeof(YamlMapping) ? "a mapping" : typeof(T) == typeof(YamlSequence) ? "a list" : "a plain value";
        findings.Error("schema.type", node.Place, $"'{key}' must be {wanted}, not {node.Kind}.");
        return null;
    }

    public string? RequiredText(string key)
    {
        if (Required<YamlScalar>(key) is null)
        {
            return null;
        }

        var text = Text(key);
        if (text is not null && string.IsNullOrWhiteSpace(text))
        {
            findings.Error("schema.value", PlaceOf(key), $"'{key}' must not be empty.");
        }

        return text;
    }

    public string? Text(string key)
    {
        var scalar = Optional<YamlScalar>(key);
        if (scalar is null || scalar.Value is string)
        {
            return scalar?.Value as string;
        }

        findings.Error(
            "schema.type", scalar.Place, $"'{key}' must be a string, not {scalar.Kind}.", $"write \"{scalar.Text}\" in quotes");
        return null;
    }

    public bool Flag(string key)
    {
        var scalar = Optional<YamlScalar>(key);
        if (scalar is not null and not { Value: bool })
        {
            var suggestion = scalar.Text is "yes" or "on" or "Yes" or "On" ? "write true" :
                scalar.Text is "no" or "off" or "No" or "Off" ? "write false" : null;
            findings.Error("schema.type", scalar.Place, $"'{key}' must be true or false, not {scalar.Kind}.", suggestion);
        }

        return scalar is { Value: true };
    }

    public decimal? Number(string key)
    {
        switch (Optional<YamlScalar>(key))
        {
            case null:
                return null;
            case { Value: long whole }:
                return whole;
            case { Value: decimal number }:
                return number;
            case var other:
                findings.Error("schema.type", other.Place, $"'{key}' must be a number, not {other.Kind}.");
                return null;
        }
    }

    public int? Integer(string key, int least, int most)
    {
        if (Number(key) is not { } number)
        {
            return null;
        }

        if (number < least || number > most || number != decimal.Truncate(number))
        {
            findings.Error("schema.value", PlaceOf(key), $"'{key}' must be a whole number from {least} to {most}.");
            return null;
        }

        return (int)number;
    }

    public DateOnly? Date(string key)
    {
        if (Text(key) is not { } text)
        {
            return null;
        }

        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date))
        {
            return date;
        }

        findings.Error("schema.value", PlaceOf(key), $"'{key}' must be a date such as 2026-01-31.");
        return null;
    }

    /// <summary>A duration such as <c>90s</c>, <c>5m</c>, <c>2h</c> or <c>500ms</c>.</summary>
    public TimeSpan? Duration(string key)
    {
        if (Text(key) is not { } text)
        {
            return null;
        }

        if (DurationText.TryParse(text, out var duration))
        {
            return duration;
        }

        findings.Error("schema.value", PlaceOf(key), $"'{key}' must be a duration such as 500ms, 30s, 5m, 2h or 1d.");
        return null;
    }

    /// <summary>One of a few words; null when absent or wrong.</summary>
    public string? Choice(string key, IReadOnlyList<string> choices)
    {
        var text = Text(key);
        if (text is null || choices.Contains(text))
        {
            return text;
        }

        findings.Error(
            "schema.value", PlaceOf(key), $"'{key}' must be one of {string.Join(", ", choices)}, not '{text}'.",
            Nearest.DidYouMean(text, choices));
        return null;
    }

    public IReadOnlyList<string> Texts(string key)
    {
        if (Optional<YamlSequence>(key) is not { } list)
        {
            return [];
        }

        var texts = new List<string>();
        foreach (var item in list.Items)
        {
            if (item is YamlScalar { Value: string text })
            {
                texts.Add(text);
            }
            else
            {
                findings.Error("schema.type", item.Place, $"'{key}' must hold strings, not {item.Kind}.");
            }
        }

        return texts;
    }

    /// <summary>The mappings of a list, each to be read on its own.</summary>
    public IEnumerable<MappingReader> Mappings(string key, string whatEach)
    {
        foreach (var item in Optional<YamlSequence>(key)?.Items ?? [])
        {
            if (item is YamlMapping entry)
            {
                yield return new MappingReader(entry, whatEach, findings);
            }
            else
            {
                findings.Error("schema.type", item.Place, $"{whatEach} must be a mapping, not {item.Kind}.");
            }
        }
    }

    public MappingReader? Section(string key, string whatItIs) =>
        Optional<YamlMapping>(key) is { } section ? new MappingReader(section, whatItIs, findings) : null;

    public MappingReader? RequiredSection(string key, string whatItIs) =>
        Required<YamlMapping>(key) is { } section ? new MappingReader(section, whatItIs, findings) : null;

    /// <summary>Reports every key that nobody asked for.</summary>
    public void Done()
    {
        foreach (var entry in mapping.Entries.Where(entry => !_known.Contains(entry.Key)))
        {
            findings.Error(
                "schema.unknown-key", entry.KeyPlace, $"{what} has no '{entry.Key}'.",
                Nearest.DidYouMean(entry.Key, _known) ?? $"known here: {string.Join(", ", _known.Order(StringComparer.Ordinal))}");
        }
    }
}
