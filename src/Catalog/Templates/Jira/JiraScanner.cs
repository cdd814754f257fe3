using System.Text;

namespace Pao.Catalog.Templates.Jira;

/// <summary>Where in JIRA's markup a value comes to stand.</summary>
internal enum JiraPlace
{
    Text,

    /// <summary>Within <c>{code}</c> or <c>{noformat}</c>.</summary>
    Verbatim,

    /// <summary>Between a macro's braces.</summary>
    Macro,

    /// <summary>Between <c>[</c> and <c>|</c>.</summary>
    LinkText,

    /// <summary>Between <c>[~</c> and <c>]</c>.</summary>
    Mention,

    /// <summary>Between <c>|</c> and <c>]</c>.</summary>
    LinkTarget,
}

/// <summary>Follows the markup that an author writes, as far as it decides what a value may do.</summary>
internal sealed class JiraScanner
{
    /// <summary>Stands for a value in a macro's name, which then is that of no block.</summary>
    private const char Something = '\uFFFC';

    private readonly StringBuilder _macro = new();

    private bool _isEscaped;
    private bool _hasLinkText;
    private string? _verbatim;

    public JiraPlace Place { get; private set; }

    /// <summary>The link's target or the mention began just now.</summary>
    public bool IsAtStart { get; private set; }

    /// <summary>The block that has begun and not ended: <c>code</c> or <c>noformat</c>.</summary>
    public string? OpenBlock => _verbatim;

    /// <summary>What comes next could make up the name that ends the block.</summary>
    public bool MayEndBlock => Place is JiraPlace.Macro && _verbatim?.StartsWith(_macro.ToString(), StringComparison.OrdinalIgnoreCase) is true;

    public void Read(string text)
    {
        foreach (var c in text)
        {
            Read(c);
        }
    }

    /// <summary>A value was written: it changes no place.</summary>
    public void Passed()
    {
        IsAtStart = false;
        _isEscaped = false;
        _hasLinkText |= Place is JiraPlace.LinkText;
        _ = Place is JiraPlace.Macro ? _macro.Append(Something) : _macro;
    }

    private void Read(char c)
    {
        if (_isEscaped)
        {
            _isEscaped = false;
        }
        else if (c is '\\' && _verbatim is null)
        {
            _isEscaped = true;
        }
        else
        {
            Follow(c);
        }
    }

    private void Follow(char c)
    {
        var atStart = false;
        switch (Place, c)
        {
            case (JiraPlace.Text or JiraPlace.Verbatim or JiraPlace.Macro, '{'):
                Place = JiraPlace.Macro;
                _macro.Clear();
                break;
            case (JiraPlace.Macro, '}'):
                EndMacro();
                break;
            case (JiraPlace.Macro, '\n'):
                Place = Around();
                break;
            case (JiraPlace.Macro, _):
                _macro.Append(c);
                break;
            case (JiraPlace.Text, '['):
                (Place, _hasLinkText, atStart) = (JiraPlace.LinkText, false, true);
                break;
            case (JiraPlace.LinkText, '~') when IsAtStart:
                Place = JiraPlace.Mention;
                break;
            case (JiraPlace.LinkText or JiraPlace.LinkTarget, '|'):
                (Place, atStart) = (JiraPlace.LinkTarget, true);
                break;
            case (JiraPlace.LinkText, ']') when _hasLinkText:
                throw new TemplateException("A value between [ and ] would be a link's target.", "write [text|{{ x }}], or \\[ for a bracket");
            case (JiraPlace.LinkText or JiraPlace.LinkTarget or JiraPlace.Mention, ']' or '\n'):
                Place = JiraPlace.Text;
                break;
            default:
                break;
        }

        IsAtStart = atStart;
    }

    private JiraPlace Around() => _verbatim is null ? JiraPlace.Text : JiraPlace.Verbatim;

    private void EndMacro()
    {
        // As whoever reads the ticket's text does: a block ends with exactly its name, and a space in one makes it none.
        var macro = _macro.ToString().ToLowerInvariant();
        if (_verbatim is not null)
        {
            _verbatim = macro == _verbatim ? null : _verbatim;
        }
        else if (macro.Split(':')[0] is "code" or "noformat")
        {
            _verbatim = macro.Split(':')[0];
        }

        Place = Around();
    }
}
