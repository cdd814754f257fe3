using System.Text;
using System.Text.Json;
using YamlDotNet.Core;

namespace Pao.Catalog.Yaml;

/// <summary>
/// Builds the tree of a document that is sent as JSON: the same tree as from YAML, with places in the JSON text. JSON is read
/// as such, because a YAML parser takes more than JSON, and not all of it (pairs of <c>\ud83d\ude00</c>, tabs).
/// </summary>
internal sealed class JsonTree
{
    private static readonly JsonReaderOptions Strict = new() { MaxDepth = 2 * TreeBounds.MaxDepth };

    private readonly FindingList _findings;
    private readonly string _text;
    private readonly byte[] _utf8;
    private readonly TreeBounds _bounds;
    private long _byte;
    private long _index;
    private int _line = 1;
    private int _column = 1;

    private JsonTree(string text, TreeBounds bounds, FindingList findings) =>
        (_text, _utf8, _bounds, _findings) = (text, Encoding.UTF8.GetBytes(text), bounds, findings);

    /// <returns>The document, or null when it can not be read; either way the findings say what is wrong.</returns>
    public static YamlNode? Read(ReadOnlySpan<byte> utf8, FindingList findings) => Read(utf8, findings, new TreeBounds());

    /// <inheritdoc cref="Read(ReadOnlySpan{byte}, FindingList)"/>
    public static YamlNode? Read(ReadOnlySpan<byte> utf8, FindingList findings, TreeBounds bounds)
    {
        if (Utf8Text.Decode(utf8, bounds, findings) is not { } text)
        {
            return null;
        }

        if (string.IsNullOrWhiteSpace(text))
        {
            findings.Error("yaml.empty", Place.Start, "The document is empty.");
            return null;
        }

        try
        {
            return new JsonTree(text, bounds, findings).ReadAll();
        }
        catch (YamlBoundException bound)
        {
            findings.Error(bound.Rule, bound.Place, bound.Message, bound.Suggestion);
        }
        catch (JsonException failure)
        {
            findings.Error("json.syntax", PlaceOf(text, failure), $"This is not JSON: {Said(failure)}");
        }
        catch (FindingsFullException)
        {
            return null;
        }

        return null;
    }

    /// <summary>Without the place, which the finding has, and without what only the reader's caller could do.</summary>
    private static string Said(JsonException failure) =>
        failure.Message.Split(" LineNumber:", 2)[0].Split(" Change the reader options", 2)[0];

    private static Place PlaceOf(string text, JsonException failure)
    {
        var line = text.Split('\n').ElementAtOrDefault((int)(failure.LineNumber ?? 0)) ?? "";
        var bytes = Encoding.UTF8.GetBytes(line);
        var before = bytes.AsSpan(0, (int)Math.Clamp(failure.BytePositionInLine ?? 0, 0, bytes.Length));
        return new Place((int)(failure.LineNumber ?? 0) + 1, Encoding.UTF8.GetCharCount(before) + 1, Pointer.Root);
    }

    private YamlNode ReadAll()
    {
        var reader = new Utf8JsonReader(_utf8, Strict);
        reader.Read();
        var root = ReadValue(ref reader, Pointer.Root, 1);
        reader.Read(); // refuses what follows the document
        return root;
    }

    private YamlNode ReadValue(ref Utf8JsonReader reader, Pointer pointer, int depth)
    {
        var mark = MarkAt(reader.TokenStartIndex);
        var place = At(mark, pointer);
        _bounds.Count(place, depth);
        return reader.TokenType switch
        {
            JsonTokenType.StartObject => ReadObject(ref reader, place, depth),
            JsonTokenType.StartArray => ReadArray(ref reader, place, depth),
            JsonTokenType.String => ReadText(ref reader, place, mark),
            JsonTokenType.Number => ReadNumber(ref reader, place),
            JsonTokenType.Null => new YamlScalar(place, null, "null"),
            _ => new YamlScalar(place, reader.TokenType is JsonTokenType.True, reader.TokenType is JsonTokenType.True ? "true" : "false"),
        };
    }

    private YamlMapping ReadObject(ref Utf8JsonReader reader, Place place, int depth)
    {
        var entries = new List<YamlEntry>();
        var keys = new HashSet<string>(StringComparer.Ordinal);
        while (reader.Read() && reader.TokenType is JsonTokenType.PropertyName)
        {
            var keyPlace = At(MarkAt(reader.TokenStartIndex), place.Pointer);
            var key = Text(ref reader, keyPlace);
            TreeBounds.CheckKey(key, keyPlace);
            var child = place.Pointer.Child(key);
            reader.Read();
            var value = ReadValue(ref reader, child, depth + 1);
            if (keys.Add(key))
            {
                entries.Add(new YamlEntry(key, keyPlace with { Pointer = child }, value));
            }
            else
            {
                _findings.Error("yaml.duplicate-key", keyPlace with { Pointer = child }, $"The key '{key}' is there twice.");
            }
        }

        return new YamlMapping(place, entries);
    }

    private YamlSequence ReadArray(ref Utf8JsonReader reader, Place place, int depth)
    {
        var items = new List<YamlNode>();
        while (reader.Read() && reader.TokenType is not JsonTokenType.EndArray)
        {
            items.Add(ReadValue(ref reader, place.Pointer.Child(items.Count), depth + 1));
        }

        return new YamlSequence(place, items);
    }

    private YamlScalar ReadText(ref Utf8JsonReader reader, Place place, Mark mark)
    {
        var text = Text(ref reader, place);
        _bounds.CountTags(text, place);
        return new YamlScalar(place, text, text) { Written = new WrittenScalar(_text, mark, ScalarStyle.DoubleQuoted) };
    }

    private YamlScalar ReadNumber(ref Utf8JsonReader reader, Place place)
    {
        var text = Encoding.UTF8.GetString(reader.ValueSpan);
        if (!CoreSchema.TryResolve(text, out var value))
        {
            _findings.Error("yaml.number", place, "This number can not be held exactly.", "quote it to make it a string");
            value = null;
        }

        return new YamlScalar(place, value, text);
    }

    private static string Text(ref Utf8JsonReader reader, Place place)
    {
        try
        {
            return reader.GetString() ?? "";
        }
        catch (InvalidOperationException)
        {
            throw new YamlBoundException("json.syntax", place, "This is no text: it holds half a character (a surrogate without its other half).");
        }
    }

    private static Place At(Mark mark, Pointer pointer) => new((int)mark.Line, (int)mark.Column, pointer);

    /// <summary>Tokens come in their order: each byte is walked over once.</summary>
    private Mark MarkAt(long start)
    {
        for (; _byte < start; _byte++)
        {
            var b = _utf8[_byte];
            var units = b is >= 0x80 and < 0xC0 ? 0 : b >= 0xF0 ? 2 : 1; // of UTF-16, told by a character's first byte
            _index += units;
            (_line, _column) = b is (byte)'\n' ? (_line + 1, 1) : (_line, _column + units);
        }

        return new Mark(_index, _line, _column);
    }
}
