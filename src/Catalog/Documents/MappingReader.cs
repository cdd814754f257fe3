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
    private readonly List<string> _missing = [];

    public YamlMapping Mapping => mapping;

    public Place Place => mapping.Place;

    /// <summary>Where the value of a key stands, or the mapping itself when it is not there.</summary>
    public Place PlaceOf(string key) => mapping.Find(key)?.Place ?? mapping.Place;

    /// <summary>Any value; null when the key is not there. A key without a value is a mistake.</summary>
    public YamlNode? Any(string key)
    {
        _known.Add(key);
        var node = mapping.Find(key);
        if (node is not YamlScalar { Value: null })
        {
            return node;
        }

        if (!findings.HasErrorAt(node.Place))
        {
            findings.Error("schema.type", node.Place, $"'{key}' has no value.", "write one, or remove the key");
        }

        return null;
    }

    /// <summary>A key that must be there and is not: <see cref="Done"/> tells, once it is known whether it is misspelt.</summary>
    public void Missing(string key)
    {
        _known.Add(key);
        if (!_missing.Contains(key))
        {
            _missing.Add(key);
        }
    }

    public T? Required<T>(string key)
        where T : YamlNode
    {
        if (mapping.Find(key) is not null)
        {
            return Optional<T>(key);
        }

        Missing(key);
        return null;
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
        findings.Error(
            "schema.type", node.Place, $"'{key}' must be {wanted}, not {node.Kind}.",
            typeof(T) == typeof(YamlSequence) && node is YamlScalar { Text: { Length: <= 40 } text } ? $"write [{text}]" : null);
        return null;
    }

    /// <returns>Null when it is not there, or has nothing but white space, which is told.</returns>
    public string? RequiredText(string key)
    {
        if (Required<YamlScalar>(key) is null)
        {
            return null;
        }

        var text = Text(key);
        if (text is null || !string.IsNullOrWhiteSpace(text))
        {
            return text;
        }

        findings.Error("schema.value", PlaceOf(key), $"'{key}' must not be empty.");
        return null;
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
            case { Value: double } far:
                findings.Error("schema.value", far.Place, $"The number of '{key}' is too large.");
                return null;
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
        if (Optional<YamlScalar>(key) is { Value: long or decimal } number)
        {
            findings.Error("schema.type", number.Place, $"'{key}' must be a duration, not {number.Kind}.", $"write for example {number.Text}s");
            return null;
        }

        if (Text(key) is not { } text)
        {
            return null;
        }

        if (!DurationText.IsWritten(text))
        {
            findings.Error("schema.value", PlaceOf(key), $"'{key}' must be a duration such as 500ms, 30s, 5m, 2h or 1d.");
            return null;
        }

        if (DurationText.TryParse(text, out var duration))
        {
            return duration;
        }

        findings.Error("duration.range", PlaceOf(key), $"'{key}' must be more than nothing and at most 365d.");
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

    /// <summary>Those of the texts that are among the choices; the others are mistakes.</summary>
    public IReadOnlyList<string> Choices(string key, IReadOnlyList<string> choices)
    {
        var known = new List<string>();
        foreach (var item in Optional<YamlSequence>(key)?.Items ?? [])
        {
            if (item is YamlScalar { Value: string text } && choices.Contains(text))
            {
                known.Add(text);
            }
            else if (item is YamlScalar { Value: string other })
            {
                findings.Error(
                    "schema.value", item.Place, $"'{key}' must hold some of {string.Join(", ", choices)}, not '{other}'.",
                    Nearest.DidYouMean(other, choices));
            }
            else
            {
                findings.Error("schema.type", item.Place, $"'{key}' must hold strings, not {item.Kind}.");
            }
        }

        return known;
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

    /// <summary>
    /// Reports every key that nobody asked for, and every one that is missing. A misspelt key that must be there is one
    /// mistake, not two.
    /// </summary>
    public void Done()
    {
        foreach (var entry in mapping.Entries.Where(entry => !_known.Contains(entry.Key)))
        {
            var meant = Nearest.To(entry.Key, _missing) ?? Nearest.To(entry.Key, _known);
            var suggestion = meant is null
                ? $"known here: {string.Join(", ", _known.Order(StringComparer.Ordinal))}"
                : $"did you mean '{meant}'?";
            findings.Error("schema.unknown-key", entry.KeyPlace, $"{what} has no '{entry.Key}'.", suggestion);
            _missing.RemoveAll(key => key == meant);
        }

        foreach (var key in _missing)
        {
            findings.Error("schema.required", mapping.Place, $"{what} must have '{key}'.", $"add '{key}: …'");
        }
    }
}
