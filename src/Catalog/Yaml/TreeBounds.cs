namespace Pao.Catalog.Yaml;

/// <summary>What one document may hold, counted while its tree is built, whatever it is written in.</summary>
internal sealed class TreeBounds
{
    public const int MaxBytes = 1024 * 1024;
    public const int MaxDepth = 50;

    /// <summary>Nodes of one document, those that aliases repeat counted each time.</summary>
    public const int MaxNodes = 50_000;

    public const int MaxKey = 200;

    /// <summary>Tags of templates in one document: each is parsed a few times, and takes a kilobyte each time.</summary>
    public const int MaxTags = 2_000;

    /// <summary>All texts with tags together, in characters.</summary>
    public const int MaxTemplates = 512 * 1024;

    private bool _holdsTemplates = true;
    private int _nodes;
    private int _tags;
    private int _templates;

    public int Bytes { get; private init; } = MaxBytes;

    /// <summary>Of what people send to request something: it may hold files, and nothing in it is a template.</summary>
    public static TreeBounds OfRequest() => new() { Bytes = 2 * MaxBytes, _holdsTemplates = false };

    /// <exception cref="YamlBoundException">The node is one too many, or too deep.</exception>
    public void Count(Place place, int depth)
    {
        if (depth > MaxDepth)
        {
            throw new YamlBoundException("yaml.depth", place, $"Values are nested deeper than {MaxDepth}.");
        }

        if (++_nodes > MaxNodes)
        {
            throw new YamlBoundException(
                "yaml.nodes", place, $"The document has more than {MaxNodes} values, those repeated by aliases counted.");
        }
    }

    /// <exception cref="YamlBoundException">The key is too long.</exception>
    public static void CheckKey(string key, Place place)
    {
        if (key.Length > MaxKey)
        {
            throw new YamlBoundException("yaml.key", place, $"A key is longer than {MaxKey} characters.");
        }
    }

    /// <exception cref="YamlBoundException">The text has more tags, or is longer with them, than is left.</exception>
    public void CountTags(string text, Place place)
    {
        if (!_holdsTemplates)
        {
            return;
        }

        var before = _tags;
        CountEach(text, place);
        _templates += _tags > before ? text.Length : 0;
        if (_templates > MaxTemplates)
        {
            throw TooMany(place, $"The document's templates have more than {MaxTemplates / 1024} Ki characters");
        }
    }

    private void CountEach(string text, Place place)
    {
        for (var at = text.IndexOf('{', StringComparison.Ordinal); at >= 0 && at + 1 < text.Length; at = text.IndexOf('{', at + 1))
        {
            if (text[at + 1] is not ('{' or '%'))
            {
                continue;
            }

            at++;
            if (++_tags > MaxTags)
            {
                throw TooMany(place, $"The document has more than {MaxTags} tags of templates");
            }
        }
    }

    private static YamlBoundException TooMany(Place place, string what) =>
        new("template.count", place, $"{what}, those repeated by aliases counted.");
}
