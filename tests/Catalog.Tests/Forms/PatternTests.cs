using Pao.Catalog.Forms.Patterns;

namespace Pao.Catalog.Tests.Forms;

/// <summary>A pattern means to the server what it means to a browser.</summary>
public sealed class PatternTests(NodeForms node) : IClassFixture<NodeForms>
{
    private static readonly string[] Patterns =
    [
        "^[a-z]+$", "a$", @"^\d{2,3}$", @"\D", @"^\w+$", @"\W", @"^\s$", @"^\S$", ".", "^.$", "^.{2}$", "^[^a]$", "[^]", "[]", "^[]|a",
        @"\bfoo\b", @"o\B", "a|b|", "(?:ab)+?c", "(?<year>a)b", "a(?=b)", "a(?!b)", "(?<=a)b", "(?<!a)b", @"^\u{1F600}$", @"^\uD83D\uDE00+$",
        "^[\U0001F600-\U0001F64F]+$", "^\U0001F600{2}$", @"^\p{Lu}\p{L}*$", @"\P{L}", @"[\p{Nd}_]", @"^[\d\-.]+$", @"^[a\-z]$", @"[\b]", @"\x41",
        @"\cJ", @"^\/$", @"^[\]\\]$", "^[-a]$", "^[a-]$", "a{0}b", "^(a{1,2}){2}$", "^$", "", @"^\0$", @"\t", "^[+-.]+$", "^[!-~]*$",
        "(?:)", "()", "^(?:a|ab)(?:c|bcd)$", @"[^\W_]", @"^[^\s]$", "ſ", "^(?!-)(?!.*--)[a-z0-9-]{3,8}(?<!-)$", "\\u212A", "[K]", "^k$",

        // What a browser refuses, and the server must as well.
        "a**", "*a", "a{2,1}", "(", ")", "[a", "a]", "}", "{", "a{", "x{,2}", @"\-", @"\_", @"\a", @"\e", @"\z", @"\A", @"[z-a]", @"[\d-z]", "(?i)a",
        "(?>a)", "(?#x)", @"\u{110000}", @"\u12", @"\p{Nonsense}", @"\x4", @"\c1", @"\01", "(?=a)*", "(?<n>a)(?<n>b)", "(?<1>a)", @"\", "^*", @"\b+", "(?<=a)+",
    ];

    private static readonly string[] Texts =
    [
        "", "a", "b", "ab", "abc", "aab", "abcd", "A", "Ab", "foo", "xfoo", "foo bar", "12", "123", "1234", "-", "_", "a-b", "a\n", "\n", "\r", " ", "\u00a0",
        "\ufeff", "\u0085", "\u2028", "\t", "\b", "/", "\\", "]", "é", "É", "Ünï", "١", "K", "k", "\u212A", "ſ", "s", "S", "\U0001F600", "\U0001F600\U0001F600",
        "a\U0001F600", "\U00010400", "a--b", "ab-", "+,-.", "\0", "a$", "aa", "aaa", "aaaa", "b.c", "~!",
    ];

    /// <summary>What browsers take and the server refuses, as the documentation says.</summary>
    private static readonly string[] Unsupported = [@"(a)\1", @"(?<n>a)\k<n>", @"\p{Script=Greek}", @"\p{Alphabetic}", "a{100001}"];

    [Fact]
    public async Task A_pattern_matches_what_it_matches_in_a_browser()
    {
        var expected = await node.MatchAsync(Patterns, Texts);

        Assert.Equal(
            Patterns.Select((pattern, i) => (pattern, Written(expected[i]))),
            Patterns.Select(pattern => (pattern, Written(Matches(pattern)))));
        Assert.InRange(expected.Count(one => one is null), 25, 40);
    }

    [Fact]
    public void What_the_server_can_not_tell_as_a_browser_would_is_refused_when_the_document_is_read() =>
        Assert.All(Unsupported, pattern => Assert.NotNull(FieldPattern.Problem(pattern)));

    private static bool[]? Matches(string pattern) => FieldPattern.Problem(pattern) is null
        ? [.. Texts.Select(text => FieldPattern.IsMatch(pattern, text) ?? throw new TimeoutException(pattern))]
        : null;

    private static string Written(bool[]? matches) => matches is null
        ? "refused"
        : string.Join(" ", Texts.Where((_, i) => matches[i]).Select(text => $"'{text}'"));
}
