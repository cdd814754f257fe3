using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Pao.Catalog.Yaml;

/// <summary>
/// Builds the tree of one document from the parser's events. Size, depth, aliases and tags are bounded here, before
/// there is a tree: nothing that a file holds can exhaust the stack or the memory.
/// </summary>
internal sealed class YamlReader
{
    public const int MaxBytes = TreeBounds.MaxBytes;

    private readonly FindingList _findings;
    private readonly string _text;
    private readonly GuardedParser _parser;
    private readonly Dictionary<string, YamlNode> _anchors = new(StringComparer.Ordinal);
    private readonly TreeBounds _bounds = new();

    private YamlReader(string text, FindingList findings)
    {
        _findings = findings;
        _text = text;
        _parser = new GuardedParser(new Parser(new Scanner(new StringReader(text), skipComments: true)));
    }

    /// <returns>The document, or null when it can not be read; either way the findings say what is wrong.</returns>
    public static YamlNode? Read(ReadOnlySpan<byte> utf8, FindingList findings)
    {
        if (Utf8Text.Decode(utf8, new TreeBounds(), findings) is not { } text)
        {
            return null;
        }

        try
        {
            return new YamlReader(text, findings).ReadStream();
        }
        catch (YamlBoundException bound)
        {
            findings.Error(bound.Rule, bound.Place, bound.Message, bound.Suggestion);
        }
        catch (FindingsFullException)
        {
            return null;
        }
        catch (YamlException failure)
        {
            var place = TabIndent.Find(utf8, failure) ?? At(failure.Start, Pointer.Root);
            findings.Error("yaml.syntax", place, $"This is not YAML: {failure.Message}");
        }

        return null;
    }

    private static Place At(Mark mark, Pointer pointer) => new((int)mark.Line, (int)mark.Column, pointer);

    private YamlNode? ReadStream()
    {
        _parser.Consume<StreamStart>();
        if (_parser.TryConsume<StreamEnd>(out _))
        {
            _findings.Error("yaml.empty", Place.Start, "The document is empty.");
            return null;
        }

        _parser.Consume<DocumentStart>();
        var root = ReadNode(Pointer.Root, 1);
        _parser.Consume<DocumentEnd>();
        if (_parser.Accept<DocumentStart>(out var second))
        {
            throw new YamlBoundException(
                "yaml.documents", At(second.Start, Pointer.Root), "A file holds one document.", "move the second into its own file");
        }

        return root;
    }

    private YamlNode ReadNode(Pointer pointer, int depth)
    {
        if (_parser.TryConsume<AnchorAlias>(out var alias))
        {
            var place = At(alias.Start, pointer);
            return _anchors.TryGetValue(alias.Value.Value, out var target)
                ? Repeat(target, place, depth)
                : throw new YamlBoundException("yaml.alias", place, $"There is no anchor '&{alias.Value}' above.");
        }

        var next = _parser.Current as NodeEvent ?? PeekNode();
        _bounds.Count(At(next.Start, pointer), depth);
        RejectTag(next, pointer);
        YamlNode node = next switch
        {
            Scalar => ReadScalar(_parser.Consume<Scalar>(), pointer),
            SequenceStart => ReadSequence(_parser.Consume<SequenceStart>(), pointer, depth),
            _ => ReadMapping(_parser.Consume<MappingStart>(), pointer, depth),
        };
        if (!next.Anchor.IsEmpty)
        {
            _anchors[next.Anchor.Value] = node;
        }

        return node;
    }

    private NodeEvent PeekNode() =>
        _parser.Accept<NodeEvent>(out var node)
            ? node
            : throw new YamlException(_parser.Current?.Start ?? Mark.Empty, _parser.Current?.End ?? Mark.Empty, "A value was expected.");

    private void RejectTag(NodeEvent node, Pointer pointer)
    {
        if (!node.Tag.IsEmpty)
        {
            _findings.Error("yaml.tag", At(node.Start, pointer), $"The tag '{Written(node.Tag)}' is not allowed.", "remove it");
        }
    }

    private static string Written(TagName tag) => tag.Value.Replace("tag:yaml.org,2002:", "!!", StringComparison.Ordinal);

    private YamlScalar ReadScalar(Scalar scalar, Pointer pointer)
    {
        var place = At(scalar.Start, pointer);
        _bounds.CountTags(scalar.Value, place);
        object? value = scalar.Value;
        if (scalar.Style is ScalarStyle.Plain && !CoreSchema.TryResolve(scalar.Value, out value))
        {
            _findings.Error("yaml.number", place, "This number can not be held exactly.", "quote it to make it a string");
            value = null; // no infinity goes on into JSON
        }

        return new YamlScalar(place, value, scalar.Value)
        {
            Written = value is string ? new WrittenScalar(_text, scalar.Start, scalar.Style) : null,
        };
    }

    private YamlSequence ReadSequence(SequenceStart start, Pointer pointer, int depth)
    {
        var items = new List<YamlNode>();
        while (!_parser.TryConsume<SequenceEnd>(out _))
        {
            items.Add(ReadNode(pointer.Child(items.Count), depth + 1));
        }

        return new YamlSequence(At(start.Start, pointer), items);
    }

    private YamlMapping ReadMapping(MappingStart start, Pointer pointer, int depth)
    {
        var entries = new List<YamlEntry>();
        var keys = new HashSet<string>(StringComparer.Ordinal);
        while (!_parser.TryConsume<MappingEnd>(out _))
        {
            if (!_parser.TryConsume<Scalar>(out var key))
            {
                var at = _parser.Current?.Start ?? start.Start;
                throw new YamlBoundException("yaml.key", At(at, pointer), "The key of an entry must be plain text.");
            }

            RejectTag(key, pointer);
            TreeBounds.CheckKey(key.Value, At(key.Start, pointer));
            var child = pointer.Child(key.Value);
            var value = ReadNode(child, depth + 1);
            if (keys.Add(key.Value))
            {
                entries.Add(new YamlEntry(key.Value, At(key.Start, child), value));
            }
            else
            {
                _findings.Error("yaml.duplicate-key", At(key.Start, child), $"The key '{key.Value}' is there twice.");
            }
        }

        return new YamlMapping(At(start.Start, pointer), entries);
    }

    /// <summary>What an alias stands for, as if it were written there. Every node of it counts again.</summary>
    private YamlNode Repeat(YamlNode node, Place place, int depth)
    {
        _bounds.Count(place, depth);
        return node switch
        {
            YamlScalar scalar => RepeatScalar(scalar, place),
            YamlSequence sequence => new YamlSequence(place,
                [.. sequence.Items.Select((item, index) => Repeat(item, place.Child(index), depth + 1))]),
            YamlMapping mapping => new YamlMapping(place, [.. mapping.Entries.Select(entry => RepeatEntry(entry, place, depth))]),
            _ => throw new InvalidOperationException($"A node can not be {node.GetType()}."),
        };
    }

    private YamlScalar RepeatScalar(YamlScalar scalar, Place place)
    {
        _bounds.CountTags(scalar.Text, place);
        return scalar with { Place = place, Written = null };
    }

    private YamlEntry RepeatEntry(YamlEntry entry, Place place, int depth)
    {
        var child = place.Child(entry.Key);
        return new YamlEntry(entry.Key, child, Repeat(entry.Value, child, depth + 1));
    }
}
