using System.Collections.Concurrent;
using System.Text.RegularExpressions;

namespace Pao.Catalog.Forms.Patterns;

/// <summary>
/// Runs an author's pattern on what a user typed, in bounded time. Patterns mean what they mean to a browser: see
/// <see cref="PatternTranslation"/>.
/// </summary>
internal static class FieldPattern
{
    private const int MaxCompiled = 1000;

    /// <summary>
    /// With more than 255 kinds of characters, .NET 10's engine without backtracking no longer finds line feeds; and what it
    /// takes to be built grows with their square: 4 MB for thirty.
    /// </summary>
    private const int MaxClasses = 30;

    private static readonly ConcurrentDictionary<string, Regex> Compiled = new(StringComparer.Ordinal);
    private static readonly TimeSpan Limit = TimeSpan.FromMilliseconds(200);

    /// <summary>Why the text is no pattern; null when it is one.</summary>
    public static string? Problem(string pattern)
    {
        if (pattern.Length > 1000)
        {
            return "it has more than 1000 characters";
        }

        try
        {
            // That it can be built is known so, at a hundredth of what the engine without backtracking costs.
            _ = new Regex(PatternTranslation.ToDotNet(pattern), RegexOptions.CultureInvariant, Limit);
            return null;
        }
        catch (Exception failure) when (failure is FormatException or ArgumentException)
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
        var translated = PatternTranslation.ToDotNet(pattern);
        try
        {
            return translated.Count(c => c is '[') <= MaxClasses
                ? new Regex(translated, RegexOptions.CultureInvariant | RegexOptions.NonBacktracking, Limit)
                : new Regex(translated, RegexOptions.CultureInvariant, Limit);
        }
        catch (NotSupportedException)
        {
            return new Regex(translated, RegexOptions.CultureInvariant, Limit);
        }
    }
}
