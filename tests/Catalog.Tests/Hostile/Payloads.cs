namespace Pao.Catalog.Tests.Hostile;

/// <summary>What people could type to get out of the place that their value is put into.</summary>
internal static class Payloads
{
    private static readonly string[] Plain =
    [
        "plain", "two words", "Ada", "0", "-1", "1e3", "1.50", "0x10", "007", "true", "false", "null", "nil", "~", "yes", "undefined", "NaN",
        "a-b_c.d", "x@example.com", "https://example.com/a?b=c#d", "mailto:root@example.com", "C:\\Users\\ada", "\\\\server\\share", "/etc/passwd",
    ];

    private static readonly string[] QuotesAndBreaks =
    [
        "\"", "'", "`", "\"\"", "\"\"\"", "''", "\\", "\\\\", "\\\\\\", "\\\"", "\\\\\"", "\\'", "\\n", "\\u0022", "\\x22", "\\0", "a\\", "\"\\", "\\\n",
        "\n", "\r", "\r\n", "\n\n", "\n\n\n", "a\nb", "a\r\nb", "a\n\nb", "\na", "a\n", " \n ", "a\n  b", "\t", "\ta", "a\t", "a\tb", " ", "  ", " a", "a ", "  a  ",
    ];

    private static readonly string[] Controls =
    [
        "\0", "a\0b", "\u0001", "\u0007", "\b", "\v", "\f", "\u001b[31m", "\u001f", "\u007f", "\u0080", "\u0085", "\u009f", "\u2028", "\u2029", "a\u2028b",
    ];

    private static readonly string[] Unicode =
    [
        "ä", "e\u0301", "é", "日本語", "😀", "👨‍👩‍👧", "🇩🇪", "\u202Eevil", "\u2066x\u2069", "\u200B", "\u200D", "\u2060", "\u00A0", "a\u00A0b", "\uFEFF", "\uFFFD", "\uFFFF",
        "\uE000", "\U0010FFFF", "\U000E0041", "ﬁ", "İ", "ß", "\u0300", "Ω", "＂", "｛｛", "\uFF04{x}", "א ב", "٣", "𝒳",
    ];

    private static readonly string[] Templates =
    [
        "{{", "}}", "{{ fields.other }}", "{{ secrets.x }}", "{{secrets.x}}", "{{ env.PATH }}", "}}{{ secrets.x }}{{", "{%", "%}", "{% if", "{% raw %}",
        "{% for i in (1..9) %}x{% endfor %}", "{% assign x = 1 %}", "{#", "#}", "{{ '{{' }}", "{{{x}}}", "{{ __secret_0 }}", "__secret_0", "{{ \"x\" | upper }}",
        "{", "}", "{x}", "{}", "}{", "{ {", "{-", "$secret", "{\"$secret\": \"x\"}", "{\"$concat\": [\"x\"]}",
    ];

    private static readonly string[] Hcl =
    [
        "${", "${x}", "$${x}", "$$${x}", "$$$${x}", "${var.password}", "${file(\"/etc/passwd\")}", "\"${x}\"", "\\${x}", "$", "$$", "$$$", "a$", "$a", "$ {x}", "$\n{x}",
        "%{", "%%{", "%%%{", "%{ if true }x%{ endif }", "%", "%%", "100%", "%a", "$%{x}", "%${x}", "{x", "~}", "${~ x ~}", "EOT", "\nEOT\n", "  EOT", "EOT\n}\nresource \"x\" \"y\" {\n",
        "<<EOT", "<<-EOT\nx\nEOT", "\"\nb = \"c", "\" }\nprovisioner \"local-exec\" { command = \"id\" }\n#", "x = 1", "# x", "// x", "/* x", "*/", "*/ x = 1 /*", "*", "/", "*/*/",
        "a*/b", "a\nx = 1", "\rx = 1", "]", "[", "[1]", "(", ")", "jsonencode({})", "var.x", "local.x", "null_resource", "for x in y", "?", ":", "=>", "...", "&&", "||", "!", "==",
    ];

    private static readonly string[] Jira =
    [
        "{code}", "{code}x{code}", "{code:java}", "{noformat}", "{noformat}x", "code}", "{CODE}", "{quote}", "{panel:title=x}y{panel}", "{color:red}x{color}", "{anchor:x}", "{adf}",
        "[x]", "[x|https://evil.example.com]", "[~admin]", "[~accountid:5]", "[^file.txt]", "[#top]", "[mailto:x@example.com]", "[", "x]", "|https://evil.example.com]", "!x.png!",
        "!https://evil.example.com/x.png|width=300!", "*x*", "_x_", "-x-", "+x+", "^x^", "~x~", "??x??", "{{x}}", "{*}x{*}", "h1. x", "h6. x", "h1.", "h", "h1", "b", "bq", "bq. x", " h2. x",
        "a\nh1. x", "a\nbq. x", "* x", "** x", "# x", "## x", "- x", "-- x", "--- x", "a\n* x\n* y", "a\n# x", "----", "-----", "\n----\n", "--", "---", "|x|y|", "||x||y||", "|", "||", "a|b",
        "a\n|x|y|", "PAO-1", ":)", ":D", ":-)", ";)", "(x)", "(/)", "(!)", "(y)", ":", "a:", "@admin", "&amp;", "&#42;", "&lt;b&gt;", "&", "a & b", "&#x2A;", "irc://x", "ftp://x", "www.example.com",
        "\\*x\\*", "\\\\x", "\\{code}", "\\[x]", "http:", "//x", "x*", "*x", "_", "-", "#", "*", "~", "^", "x\\", "http://evil.example.com", "\\\\\\*",
    ];

    private static readonly string[] Markup =
    [
        "<script>alert(1)</script>", "<!--", "-->", "]]>", "<![CDATA[x]]>", "</textarea>", "\" onclick=\"x", "javascript:alert(1)", "\",\"admin\":true,\"x\":\"", "}]}", "],[", "{\"a\":1}",
        "[\"a\"]", "/**/", "- a: b", "a: b", "---", "...", "&a", "*a", "!!x", "> x", "| x", "%YAML 1.2", "? x", "a #b", "key: [", "'; drop table x; --", "' or '1'='1", "\") or (\"", "1; select",
        "$(id)", "`id`", "; rm -rf /", "| cat", "&& id", "> /dev/null", "${IFS}", "${jndi:ldap://x}", "#{x}", "%s%n", "{0}", "!x", "\\$(id)", "-rf", "--help",
    ];

    private static readonly string[] UrlsAndHeaders =
    [
        "..", "../..", "../../etc/passwd", ".", "./", "%2e%2e", "%2e%2e%2f", "%2F", "%5c", "%00", "%0d%0a", "%zz", "%", "%25", "+", "a+b", "a b", "?", "?x=1", "#", "#x", "=", "&", "a=b&c=d",
        "&admin=true", ";x", ",", "@", ":", ":80", "//evil.example.com", "http://evil.example.com/", "user:pw@evil", "\\evil.example.com", "[::1]", "x\r\nX-Evil: 1", "x\r\n\r\n<html>", "x\nSet-Cookie: a=b",
        "\r\n x", "a, b", "a;b=c", "=?utf-8?B?eA==?=", "\"quoted\"", "W/\"x\"", "chunked", "x: y",
    ];

    private static readonly string[] Long =
    [
        new('a', 4_000), new('"', 1_000), new('\\', 1_000), new('\n', 1_000), string.Concat(Enumerable.Repeat("${", 1_000)), string.Concat(Enumerable.Repeat("{{", 1_000)),
        string.Concat(Enumerable.Repeat("%{ if ", 500)), new('{', 1_000), new('[', 1_000), new('(', 1_000), string.Concat(Enumerable.Repeat("😀", 1_000)), new('\u0001', 400),
    ];

    /// <summary>Each once.</summary>
    public static IReadOnlyList<string> All { get; } =
        [.. new[] { Plain, QuotesAndBreaks, Controls, Unicode, Templates, Hcl, Jira, Markup, UrlsAndHeaders, Long, [""] }.SelectMany(some => some).Distinct()];

    /// <summary>Text that no encoding can carry: half of a surrogate pair.</summary>
    public static IReadOnlyList<string> Broken { get; } = ["\uD83D", "\uDE00", "a\uD83Db", "\uDE00\uD83D", "😀\uD83D"];

    /// <summary>A payload for a message.</summary>
    public static string Shown(string payload) =>
        System.Text.Json.JsonSerializer.Serialize(payload.Length <= 100 ? payload : payload[..100] + "…");
}
