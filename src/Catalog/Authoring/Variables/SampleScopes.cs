using System.Globalization;
using System.Text.Json.Nodes;
using Pao.Catalog.Templates;

namespace Pao.Catalog.Authoring.Variables;

/// <summary>
/// The values that the templates of a document read: those that were given, and for all else that they name, what is
/// invented. What can not be there when a part is prepared is not invented, so that naming it fails here as it would then.
/// </summary>
internal sealed class SampleScopes
{
    private const int DeepestPath = 20;
    private const int MostItems = 20;

    private readonly SampleForm _form;
    private readonly JsonObject _metadata;
    private readonly Dictionary<string, JsonObject> _given;
    private readonly Dictionary<string, JsonNode> _shared;
    private readonly Dictionary<TestedPart, JsonObject> _items = new(ReferenceEqualityComparer.Instance);

    public SampleScopes(TestedDocument document, SampleForm form, VariableSamples samples, DateTimeOffset now)
    {
        (_form, _metadata) = (form, document.Metadata);
        _given = new(StringComparer.Ordinal)
        {
            [Scopes.Request] = samples.Request,
            [Scopes.System] = samples.System,
            [Scopes.Environment] = samples.Env,
            [Scopes.Output] = samples.Outputs,
            [Scopes.Components] = samples.Components,
        };
        _shared = new(StringComparer.Ordinal)
        {
            [Scopes.Fields] = form.Scope,
            [Scopes.Metadata] = document.Metadata,
            [Scopes.Request] = Merged(Request(now), samples.Request),
            [Scopes.System] = Merged(System(now), samples.System),
            [Scopes.Environment] = Merged([], samples.Env),
            [Scopes.Output] = Merged([], samples.Outputs),
            [Scopes.Components] = Merged([], samples.Components),
        };
    }

    /// <summary>The scopes of a part. That it names only what comes before it is checked with the document.</summary>
    public IReadOnlyDictionary<string, JsonNode> Of(TestedPart part)
    {
        var named = new Dictionary<string, JsonNode>(_shared, StringComparer.Ordinal);
        if (part.Component is null)
        {
            named.Remove(Scopes.Components);
        }
        else
        {
            named.Remove(Scopes.Output);
            named[Scopes.Item] = ItemOf(part);
            named[Scopes.Bundle] = _metadata;
        }

        return named;
    }

    /// <summary>Invents a value for a path that has none and may have one.</summary>
    public void Provide(TestedPart part, UsedPath path)
    {
        if (path.Keys is not { Count: > 1 and <= DeepestPath } keys || !MayInvent(part, keys))
        {
            return;
        }

        if (!_given.TryGetValue(keys[0], out var given) || !Decides(given, keys.Skip(1)))
        {
            Put(keys[0] is Scopes.Item ? ItemOf(part) : _shared[keys[0]], [.. keys.Skip(1)], path.Example?.DeepClone() ?? Invented(part, keys));
        }
    }

    public ValueSource SourceOf(TestedPart part, IReadOnlyList<string> keys) => keys[0] switch
    {
        Scopes.Metadata or Scopes.Bundle => ValueSource.Document,
        Scopes.Item => part.Item is null ? ValueSource.Sample : ValueSource.Document,
        Scopes.Fields => keys.Count < 2 ? ValueSource.Given : _form.SourceOf(FieldOf(keys)),
        var scope => _given.TryGetValue(scope, out var given) && Decides(given, keys.Skip(1)) ? ValueSource.Given : ValueSource.Sample,
    };

    /// <summary>The metadata of a component's item; of one that is not known, what is named of it is invented.</summary>
    private JsonObject ItemOf(TestedPart part)
    {
        if (part.Item is { } known)
        {
            return known;
        }

        if (!_items.TryGetValue(part, out var item))
        {
            _items[part] = item = [];
        }

        return item;
    }

    /// <summary>A field may be named by its group, too.</summary>
    private string FieldOf(IReadOnlyList<string> keys) =>
        keys.Count > 2 && _form.SourceOf(keys[1]) is ValueSource.Missing ? keys[2] : keys[1];

    private static bool MayInvent(TestedPart part, IReadOnlyList<string> keys) => keys[0] switch
    {
        Scopes.Environment => true,
        Scopes.Item => part.Item is null,
        Scopes.Output => keys.Count > 2 && part.Before.Contains(keys[1])
            && part.Outputs.TryGetValue(keys[1], out var shape) && shape.Members?.ContainsKey(keys[2]) is not false,
        Scopes.Components => keys.Count > 3 && keys[2] is "outputs" && part.Before.Contains(keys[1]),
        _ => false,
    };

    /// <summary>Whether what was given has the path, or says that there is nothing at it.</summary>
    private static bool Decides(JsonNode given, IEnumerable<string> keys)
    {
        JsonNode? at = given;
        foreach (var key in keys)
        {
            switch (at)
            {
                case JsonObject properties when properties.TryGetPropertyValue(key, out var property):
                    at = property;
                    break;
                case JsonArray items when int.TryParse(key, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index < items.Count:
                    at = items[index];
                    break;
                case JsonObject:
                    return false;
                default:
                    return true; // nothing, or something that has no parts
            }
        }

        return true;
    }

    private static void Put(JsonNode scope, List<string> keys, JsonNode leaf)
    {
        var at = scope;
        for (var i = 0; i < keys.Count; i++)
        {
            var below = i == keys.Count - 1 ? leaf : IsIndex(keys[i + 1]) ? new JsonArray() : new JsonObject();
            if (Child(at, keys[i], below) is not { } next)
            {
                return;
            }

            at = next;
        }
    }

    /// <returns>What is there, or what is put there; null when nothing can be.</returns>
    private static JsonNode? Child(JsonNode at, string key, JsonNode otherwise)
    {
        switch (at)
        {
            case JsonObject properties:
                if (properties[key] is null)
                {
                    properties[key] = otherwise;
                }

                return properties[key];
            case JsonArray items when IsIndex(key):
                var index = int.Parse(key, CultureInfo.InvariantCulture);
                while (items.Count <= index)
                {
                    items.Add(items.Count == index ? otherwise : "sample");
                }

                return items[index];
            default:
                return null;
        }
    }

    private static bool IsIndex(string key) =>
        int.TryParse(key, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index < MostItems;

    /// <summary>One that fits most places: a word of letters, digits and hyphens, or a URL where the name says so.</summary>
    private static JsonNode Invented(TestedPart part, IReadOnlyList<string> keys)
    {
        var name = keys[^1];
        if (keys[0] is Scopes.Environment)
        {
            return $"https://{Word(name)}.example.com";
        }

        return (name, keys.Count) switch
        {
            ("status", 3) when keys[0] is Scopes.Output && part.Outputs.TryGetValue(keys[1], out var shape) && IsHttp(shape) => 200,
            _ when name.EndsWith("url", StringComparison.OrdinalIgnoreCase) => $"https://sample.example.com/{Word(name)}",
            _ => $"sample-{Word(name)}",
        };
    }

    /// <summary>The status of a ticket is a word, that of a call a number.</summary>
    private static bool IsHttp(Shape outputs) => outputs.Members?.ContainsKey("key") is not true;

    private static string Word(string name)
    {
        var word = string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) ? char.ToLowerInvariant(c) : '-')).Trim('-');
        return word.Length is 0 or > 40 ? "value" : word;
    }

    private static JsonObject Merged(JsonObject sample, JsonObject given)
    {
        foreach (var (key, value) in given)
        {
            switch (value, sample[key])
            {
                case (null, _):
                    sample.Remove(key);
                    break;
                case (JsonObject properties, JsonObject below):
                    Merged(below, properties);
                    break;
                default:
                    sample[key] = value.DeepClone();
                    break;
            }
        }

        return sample;
    }

    private static JsonObject Request(DateTimeOffset now) => new()
    {
        ["id"] = "00000000-0000-4000-8000-000000000000",
        ["user"] = new JsonObject
        {
            ["id"] = "sample-user",
            ["email"] = "sample.user@example.com",
            ["name"] = "Sample User",
            ["teams"] = new JsonArray("sample-team"),
        },
        ["team"] = "sample-team",
        ["submittedAt"] = Written(now, "yyyy-MM-dd'T'HH:mm:ss'Z'"),
        ["correlationId"] = "sample-correlation",
    };

    private static JsonObject System(DateTimeOffset now) => new()
    {
        ["date"] = Written(now, "yyyy-MM-dd"),
        ["time"] = Written(now, "HH:mm:ss"),
        ["timestamp"] = Written(now, "yyyy-MM-dd'T'HH:mm:ss'Z'"),
        ["environment"] = "sample",
        ["region"] = "sample-region",
        ["hostname"] = "sample-host",
        ["version"] = "0.0.0",
    };

    private static string Written(DateTimeOffset moment, string format) => moment.UtcDateTime.ToString(format, CultureInfo.InvariantCulture);
}
