using System.Text.Json.Nodes;

namespace Pao.Catalog.Yaml;

/// <summary>A place in a document.</summary>
internal readonly record struct Place(int Line, int Column, Pointer Pointer)
{
    public static Place Start { get; } = new(1, 1, Pointer.Root);

    public Place Child(string key) => this with { Pointer = Pointer.Child(key) };

    public Place Child(int index) => this with { Pointer = Pointer.Child(index) };
}

/// <summary>A value of a document that knows where it stands.</summary>
internal abstract record YamlNode(Place Place)
{
    public abstract string Kind { get; }

    public abstract JsonNode? ToJson();
}

/// <param name="Value">A string, bool, long, decimal or double; null for YAML's null.</param>
internal sealed record YamlScalar(Place Place, object? Value, string Text) : YamlNode(Place)
{
    /// <summary>How the file writes it; null where an alias stands for it, which has no text of its own.</summary>
    public WrittenScalar? Written { get; init; }

    public override string Kind => Value switch
    {
        null => "nothing",
        string => "a string",
        bool => "a boolean",
        _ => "a number",
    };

    /// <summary>Where in the file the character at an offset of the value stands.</summary>
    public Place PlaceAt(int offset) =>
        Written?.At(Text, offset) is var (line, column) ? Place with { Line = line, Column = column } : Place;

    public override JsonNode? ToJson() => Value switch
    {
        null => null,
        string text => JsonValue.Create(text),
        bool flag => JsonValue.Create(flag),
        long number => JsonValue.Create(number),
        decimal number => JsonValue.Create(number),
        double number => JsonValue.Create(number),
        _ => throw new InvalidOperationException($"A scalar can not hold {Value.GetType()}."),
    };
}

internal sealed record YamlSequence(Place Place, IReadOnlyList<YamlNode> Items) : YamlNode(Place)
{
    public override string Kind => "a list";

    public override JsonNode ToJson() => new JsonArray([.. Items.Select(item => item.ToJson())]);
}

internal sealed record YamlEntry(string Key, Place KeyPlace, YamlNode Value);

internal sealed record YamlMapping(Place Place, IReadOnlyList<YamlEntry> Entries) : YamlNode(Place)
{
    /// <summary>From so many keys on, looking through all of them each time would cost more than an index.</summary>
    private const int Many = 32;

    private Dictionary<string, YamlNode>? _index;

    /// <summary>A copy with other entries needs an index of its own.</summary>
    private YamlMapping(YamlMapping original)
        : base(original) => Entries = original.Entries;

    public override string Kind => "a mapping";

    public YamlNode? Find(string key)
    {
        if (Entries.Count >= Many)
        {
            _index ??= Entries.ToDictionary(entry => entry.Key, entry => entry.Value, StringComparer.Ordinal);
            return _index.GetValueOrDefault(key);
        }

        foreach (var entry in Entries)
        {
            if (entry.Key == key)
            {
                return entry.Value;
            }
        }

        return null;
    }

    public override JsonObject ToJson() =>
        new(Entries.Select(entry => KeyValuePair.Create(entry.Key, entry.Value.ToJson())));
}
