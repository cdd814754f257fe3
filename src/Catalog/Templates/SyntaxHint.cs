namespace Pao.Catalog.Templates;

/// <summary>What the author of a tag that can not be parsed may have had in mind: mostly another language.</summary>
internal static class SyntaxHint
{
    private static readonly (string Written, string Hint)[] Operators =
    [
        ("&&", "write 'and'"), ("||", "write 'or'"), ("==", ""), ("!=", ""), ("<=", ""), (">=", ""), ("=", "write '=='"),
        ("!", "compare with false: x == false"), ("?", "write {% if x %}a{% else %}b{% endif %}, or default(x, y)"), ("+", "templates do not add; concat(a, b) joins texts"),
        ("*", "templates do not calculate"), ("/", "templates do not calculate"),
    ];

    /// <param name="tag">With its braces.</param>
    public static string? For(string tag)
    {
        if (tag.Contains("secrets.", StringComparison.Ordinal))
        {
            return "a secret is {{ secrets.name }} or {{ secrets.store.path#key }}";
        }

        var quote = '\0';
        for (var i = 2; i < tag.Length - 2; i++)
        {
            var c = tag[i];
            if (quote != '\0')
            {
                quote = c == quote ? '\0' : quote;
            }
            else if (c is '\'' or '"')
            {
                quote = c;
            }
            else if (Array.Find(Operators, one => string.CompareOrdinal(tag, i, one.Written, 0, one.Written.Length) == 0) is { Hint: { } hint, Written: var written })
            {
                if (hint.Length > 0)
                {
                    return hint;
                }

                i += written.Length - 1;
            }
        }

        return null;
    }
}
