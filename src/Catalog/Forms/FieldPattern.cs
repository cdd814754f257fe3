using System.Collections.Concurrent;
using System.Text;
using System.Text.RegularExpressions;

namespace Pao.Catalog.Forms;

/// <summary>
/// Runs an author's pattern on what a user typed, in bounded time. Patterns mean what they mean to a browser
/// (ECMA-262): <c>$</c> is the very end, <c>\d</c> and <c>\w</c> are ASCII.
/// </summary>
internal static class FieldPattern
{
    private const int MaxCompiled = 1000;

    private static readonly ConcurrentDictionary<string, Regex> Compiled = new(StringComparer.Ordinal);
    private static readonly TimeSpan Limit = TimeSpan.FromMilliseconds(250);

    /// <summary>Why the text is no pattern; null when it is one.</summary>
    public static string? Problem(string pattern)
    {
        if (pattern.Length > 1000)
        {
            return "it has more than 1000 characters";
        }

        try
        {
            Compile(pattern);
            return null;
        }
        catch (ArgumentException failure)
        {
            return failure.Message;
        }
    }

    /// <returns>Null when the pattern took too long to tell.</returns>
    public static bool? IsMatch(string pattern, string text)
    {
        try
        {
            if (Compiled.Count >= MaxCompiled)
            {
                Compiled.Clear();
            }

            return Compiled.GetOrAdd(pattern, Compile).IsMatch(text);
        }
        catch (RegexMatchTimeoutException)
        {
            return null;
        }
    }

    /// <summary>Without backtracking where the pattern allows it: then time is linear in the text.</summary>
    private static Regex Compile(string pattern)
    {
        var translated = ToDotNet(pattern);
        try
        {
            return new Regex(translated, RegexOptions.CultureInvariant | RegexOptions.NonBacktracking, Limit);
        }
        catch (NotSupportedException)
        {
            return new Regex(translated, RegexOptions.CultureInvariant, Limit);
        }
    }

    private static string ToDotNet(string pattern)
    {
        var translated = new StringBuilder(pattern.Length + 16);
        var inClass = false;
        for (var i = 0; i < pattern.Length; i++)
        {
            var c = pattern[i];
            if (c == '\\' && i + 1 < pattern.Length)
            {
                translated.Append(Escape(pattern[++i], inClass));
                continue;
            }

            inClass = (inClass || c == '[') && c != ']';
            translated.Append(c == '$' && !inClass ? @"\z" : c.ToString());
        }

        return pattern.EndsWith('\\') ? translated.Append('\\').ToString() : translated.ToString();
    }

    private static string Escape(char c, bool inClass) => (c, inClass) switch
    {
        ('d', true) => "0-9",
        ('d', false) => "[0-9]",
        ('w', true) => "A-Za-z0-9_",
        ('w', false) => "[A-Za-z0-9_]",
        ('D', false) => "[^0-9]",
        ('W', false) => "[^A-Za-z0-9_]",
        _ => $"\\{c}",
    };
}
