using System.Globalization;

namespace Pao.Catalog.Yaml;

/// <summary>
/// A JSON Pointer that is written out only when somebody asks: a document of many values below a few long keys would
/// otherwise hold each key a hundred thousand times.
/// </summary>
internal sealed class Pointer
{
    public static readonly Pointer Root = new(null, "");

    private readonly Pointer? _parent;
    private readonly string _segment;

    private Pointer(Pointer? parent, string segment) => (_parent, _segment) = (parent, segment);

    public Pointer Child(string key) => new(this, key);

    public Pointer Child(int index) => new(this, index.ToString(CultureInfo.InvariantCulture));

    public override string ToString()
    {
        var segments = new Stack<string>();
        for (var at = this; at._parent is not null; at = at._parent)
        {
            segments.Push("/" + Escape(at._segment));
        }

        return string.Concat(segments);
    }

    private static string Escape(string segment) =>
        segment.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal);
}
