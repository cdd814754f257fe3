using System.Text;
using System.Text.RegularExpressions;

namespace Pao.Catalog.Templates;

/// <summary>
/// Looks at a template before Fluid's parser does, which recurses: a few kilobytes of nested parentheses would overflow
/// its stack and take the process down. Also takes the secrets out, whose names Fluid can not read.
/// </summary>
internal sealed partial class TemplateScanner(string source)
{
    public const int MaxLength = 256 * 1024;

    /// <summary>How deep blocks nest, and how many brackets one tag opens: the parser recurses no deeper than both.</summary>
    public const int MaxNesting = 64;

    private const int MaxTagLength = 4096;

    /// <summary>Stands in for a secret; an author can not write it, as names begin with no underscore.</summary>
    public const string SecretPrefix = "__secret_";

    private readonly StringBuilder _rewritten = new(source.Length);
    private readonly List<string> _secrets = [];
    private readonly List<int> _tags = [];
    private readonly List<int> _rewrittenTags = [];
    private readonly BlockTags _blocks = new();

    public IReadOnlyList<string> Secrets => _secrets;

    /// <summary>Where the tags begin, in their order.</summary>
    public IReadOnlyList<int> Tags => _tags;

    /// <summary>The source that Fluid may parse.</summary>
    public string Scan()
    {
        if (source.Length > MaxLength)
        {
            throw new TemplateException($"A template has at most {MaxLength / 1024} Ki characters.");
        }

        var at = 0;
        while (NextTag(at) is var start and >= 0)
        {
            var end = EndOfTag(start);
            _tags.Add(start);
            _rewritten.Append(source, at, start - at);
            _rewrittenTags.Add(_rewritten.Length);
            _rewritten.Append(Tag(source[start..end], start));
            at = end;
        }

        _blocks.End();

        return _rewritten.Append(source, at, source.Length - at).ToString();
    }

    /// <summary>Where the tag begins that holds a place of the rewritten text; null when none does.</summary>
    public int? TagAt(int rewritten)
    {
        var index = _rewrittenTags.FindLastIndex(begin => begin <= rewritten);
        return index < 0 ? null : _tags[index];
    }

    /// <summary>The tag that begins there, up to its end.</summary>
    public string TagFrom(int start) => source[start..EndOfTag(start)];

    private int NextTag(int from)
    {
        for (var i = source.IndexOf('{', from); i >= 0 && i + 1 < source.Length; i = source.IndexOf('{', i + 1))
        {
            if (source[i + 1] is '{' or '%')
            {
                return i;
            }
        }

        return -1;
    }

    private int EndOfTag(int start)
    {
        var close = source[start + 1] is '{' ? "}}" : "%}";
        var quote = '\0';
        for (var i = start + 2; i < source.Length && i - start <= MaxTagLength; i++)
        {
            var c = source[i];
            if (quote != '\0')
            {
                i += c is '\\' ? 1 : 0;
                quote = c == quote ? '\0' : quote;
            }
            else if (c is '\'' or '"')
            {
                quote = c;
            }
            else if (string.CompareOrdinal(source, i, close, 0, 2) == 0)
            {
                return i + 2;
            }
        }

        throw new TemplateException(
            source.Length - start > MaxTagLength
                ? $"'{Shown(start)}' has no '{close}' within {MaxTagLength} characters."
                : $"'{Shown(start)}' has no '{close}'.") { At = start };
    }

    private string Tag(string tag, int start)
    {
        if (tag.Count(c => c is '(' or '[') > MaxNesting)
        {
            throw new TemplateException($"An expression opens at most {MaxNesting} brackets.") { At = start };
        }

        if (tag[1] is '%')
        {
            _blocks.Next(tag, start);
        }
        else if (WholeSecret().Match(tag) is { Success: true } secret)
        {
            _secrets.Add(secret.Groups["name"].Value);
            return $"{{{{ {SecretPrefix}{_secrets.Count - 1} }}}}";
        }

        if (tag.Contains("__", StringComparison.Ordinal) && tag.Contains(SecretPrefix, StringComparison.Ordinal))
        {
            throw new TemplateException($"'{SecretPrefix}' is not a name.") { At = start };
        }

        // An expression may be broken over lines; Fluid reads it only on one.
        return tag.ReplaceLineEndings(" ");
    }

    private string Shown(int start) => source.Substring(start, Math.Min(20, source.Length - start)).ReplaceLineEndings(" ");

    [GeneratedRegex(
        @"^\{\{-?\s*secrets\.(?<name>[A-Za-z0-9_-]+(\.[A-Za-z0-9_./+=@:-]+\#[A-Za-z0-9_.-]+)?)\s*-?\}\}\z",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex WholeSecret();
}
