using System.Text;

namespace Pao.Catalog.Templates.Hcl;

/// <summary>What an HCL document is in the middle of.</summary>
internal enum HclKind
{
    /// <summary>The file, or a block: attributes and blocks, one to a line.</summary>
    Body,

    /// <summary>A list, an object, a call or a group: expressions.</summary>
    Bracket,

    /// <summary><c>${ … }</c> or <c>%{ … }</c>: an expression within a text.</summary>
    Interpolation,
    Quoted,

    /// <summary>A quoted label of a block, which takes no interpolation.</summary>
    Label,

    /// <summary>Between <c>&lt;&lt;</c> and the end of its line.</summary>
    HeredocMarker,
    Heredoc,
    LineComment,
    BlockComment,
}

/// <summary>One level of nesting.</summary>
/// <param name="Kind">What is open.</param>
/// <param name="Close">The bracket that closes it, if one does.</param>
internal sealed record HclFrame(HclKind Kind, char Close = '\0')
{
    /// <summary>Of a body: something stands on this line.</summary>
    public bool HasBegun { get; set; }

    /// <summary>Of a body: an <c>=</c> was read, so that expressions follow to the line's end.</summary>
    public bool IsAssigned { get; set; }

    /// <summary>Of a heredoc: the name that ends it, when it stands alone on a line.</summary>
    public string Marker { get; init; } = "";

    /// <summary>Of a heredoc: the name that stands on the line so far. Of its marker: the marker so far.</summary>
    public StringBuilder Line { get; } = new();

    /// <summary>Of a heredoc: the line holds what no name does, so that it can not end the text.</summary>
    public bool IsLineOfText { get; private set; }

    private bool HasGap { get; set; }

    public void BeginLine()
    {
        Line.Clear();
        (IsLineOfText, HasGap) = (false, false);
    }

    public void ReadOnLine(char c)
    {
        if (IsLineOfText)
        {
            return;
        }

        if (char.IsWhiteSpace(c))
        {
            HasGap |= Line.Length > 0;
            return;
        }

        Line.Append(c);
        IsLineOfText = HasGap || Line.Length > Marker.Length || !HclScanner.IsOfName(c);
    }
}
