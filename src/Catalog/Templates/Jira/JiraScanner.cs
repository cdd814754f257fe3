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
    private readonly StringBuilder _macro = new();

    private bool _isEscaped;
    private bool _hasLinkText;
    private string? _verbatim;

    public JiraPlace Place { get; private set; }

    /// <summary>The link's target or the mention began just now.</summary>
    public bool IsAtStart { get; private set; }

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
    }

    private void Read(char c)
    {
        if (_isEscaped)
        {
            _isEscaped = false;
        }
        else if (c is '\\' && Place is not JiraPlace.Verbatim)
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
        var name = _macro.ToString().Split(':')[0].Trim().ToLowerInvariant();
        if (name == _verbatim)
        {
            _verbatim = null;
        }
        else if (_verbatim is null && name is "code" or "noformat")
        {
            _verbatim = name;
        }

        Place = Around();
    }
}
