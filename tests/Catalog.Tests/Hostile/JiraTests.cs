using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Pao.Catalog.Tests.Hostile;

/// <summary>Whatever a value holds, Atlassian's own reader of wiki markup shows it as typed and finds the author's structure.</summary>
public sealed partial class JiraTests
{
    /// <summary>Each with one value, in a place that markup decides about.</summary>
    private static readonly string[] Templates =
    [
        "{{ fields.x }}",
        "Asked for: {{ fields.x }} and so on",
        "<{{ fields.x }}>",
        "h2. About {{ fields.x }}\n\nA paragraph.",
        "*{{ fields.x }}* and _so on_",
        "* one\n* {{ fields.x }}\n* three",
        "# {{ fields.x }}\n# two",
        "||Name||Value||\n|name|{{ fields.x }}|\n|more|b|",
        "{panel:title=About}\n{{ fields.x }}\n{panel}",
        "{quote}{{ fields.x }}{quote}",
        "{color:red}{{ fields.x }}{color} after",
        "Before\n{{ fields.x }}\nafter",
        "bq. {{ fields.x }}",
    ];

    public static TheoryData<string> Places() => [.. Templates];

    [Theory]
    [MemberData(nameof(Places))]
    public async Task A_value_shows_as_typed_and_changes_no_structure(string template)
    {
        var payloads = Payloads.All;

        var parsed = await Parsers.JiraAsync([Rendered(template, "harmless"), .. payloads.Select(payload => Rendered(template, payload))]);

        var structure = Structure(parsed[0]["value"]);
        Assert.All(payloads.Zip(parsed.Skip(1)), one =>
        {
            Assert.True(
                structure == Structure(one.Second["value"]), $"{Payloads.Shown(one.First)}: {Rendered(template, one.First)} is {one.Second.ToJsonString()}");
            Assert.Equal(
                Text(parsed[0]["value"]).Replace("harmless", Lines(one.First).Replace("\u200B", "", StringComparison.Ordinal), StringComparison.Ordinal),
                Text(one.Second["value"]).Replace("\u200B", "", StringComparison.Ordinal));
        });
    }

    [Theory]
    [InlineData("{code:java}\n{{ fields.x }}\n{code}\nafter")]
    [InlineData("{noformat}\n{{ fields.x }}\n{noformat}\nafter")]
    public async Task A_value_stays_within_a_block_of_code(string template)
    {
        var payloads = Payloads.All.Where(payload => payload.Trim() is not ("" or "\uFEFF" or "\u2060")).ToList();

        var parsed = await Parsers.JiraAsync([Rendered(template, "harmless"), .. payloads.Select(payload => Rendered(template, payload))]);

        var structure = Structure(parsed[0]["value"]);
        Assert.All(payloads.Zip(parsed.Skip(1)), one =>
        {
            Assert.True(
                structure == Structure(one.Second["value"]), $"{Payloads.Shown(one.First)}: {Rendered(template, one.First)} is {one.Second.ToJsonString()}");
            var code = (string)one.Second["value"]![0]!["content"]![0]!["text"]!;
            Assert.Equal(Lines(one.First).Trim(), code.Replace("\u2060", "", StringComparison.Ordinal).Trim());
        });
    }

    [Fact]
    public async Task A_value_in_a_link_chooses_neither_more_nor_less_than_its_author_lets_it()
    {
        var payloads = Payloads.All.Where(payload => payload.Length < 1_000).ToList();
        var texts = payloads.Select(payload => Rendered("[<{{ fields.x }}>|https://example.com/items?q={{ fields.x }}&last=1]", payload)).ToList();

        var parsed = await Parsers.JiraAsync(texts);

        Assert.All(payloads.Zip(parsed), one =>
        {
            var link = Assert.Single(Assert.Single(one.Second["value"]!.AsArray())!["content"]!.AsArray())!;
            Assert.Equal($"<{(one.First.Length == 0 ? "\u200B" : Line(one.First))}>", Decoded((string)link["text"]!));
            var url = new Uri((string)link["marks"]![0]!["attrs"]!["href"]!);
            Assert.Equal(("example.com", "/items", ""), (url.Host, url.AbsolutePath, url.Fragment));
            Assert.Equal("q,last", string.Join(",", System.Web.HttpUtility.ParseQueryString(url.Query).AllKeys));
            Assert.Equal(one.First, System.Web.HttpUtility.ParseQueryString(url.Query)["q"]);
        });
    }

    [Theory]
    [InlineData("[open|{{ fields.x }}]", "https://example.com/a|b]c", "[open|https://example.com/a%7Cb%5Dc]")]
    [InlineData("[~accountid:{{ fields.x }}]", "557058:ab-1", "[~accountid:557058:ab-1]")]
    [InlineData("{panel:title={{ fields.x }}}", "My App", "{panel:title=My App}")]
    [InlineData("\\[{{ fields.x }}]", "a", "\\[a]")]
    [InlineData("{{ fields.x }}. next", "h1", "h&#49;. next")]
    [InlineData("{{ fields.x }}. next", "bq", "b&#113;. next")]
    [InlineData("h{{ fields.x }}", "1. x", "h1&#46; x")]
    [InlineData("\\{{ fields.x }}", "*", "\\&#42;")]
    [InlineData("{code }{{ fields.x }}{code }", "*", "{code }&#42;{code }")]
    [InlineData("{code}{\"mail\": \"{{ fields.x }}\"}{code}", "a@b.example/{code}", "{code}{\"mail\": \"a@b.example/{\u2060code}\"}{code}")]
    [InlineData("{code}{\\{code{{ fields.x }}/ }{code}", "}[x", "{code}{\\{code\u2060}[x/ }{code}")]
    [InlineData("{code}{co{{ fields.x }} {code}", "de}*", "{code}{co\u2060de}* {code}")]
    public void Markup_is_written(string template, string value, string markup) => Assert.Equal(markup, Rendered(template, value));

    [Theory]
    [InlineData("[{{ fields.x }}]", "a", "would be a link's target")]
    [InlineData("[open|{{ fields.x }}]", "javascript:alert(1)", "only a whole http or https URL")]
    [InlineData("[open|{{ fields.x }}]", "~admin", "only a whole http or https URL")]
    [InlineData("{panel:title={{ fields.x }}}", "a|b", "stands in a macro")]
    [InlineData("[~{{ fields.x }}]", "a]b", "stands in a macro or a mention")]
    [InlineData("{{ secrets.x }}", "", "does not belong in a ticket")]
    [InlineData("{code:sql}\n{{ fields.x }}\n", "[Sign in|https://evil.example]", "{code} does not end")]
    [InlineData("{noformat}{{ fields.x }}{code}", "*", "{noformat} does not end")]
    [InlineData("{code}{{ fields.x }}{code:sql}", "*", "{code} does not end")]
    [InlineData("{code}{{ fields.x }}{ code}", "*", "{code} does not end")]
    [InlineData("{code}{ {{ fields.x }}code}", "*", "{code} does not end")]
    public void A_value_that_does_not_fit_its_place_is_an_error(string template, string value, string says) =>
        Assert.Contains(says, Prepare.Fails(() => Rendered(template, value)), StringComparison.Ordinal);

    [Fact]
    public void A_summary_is_one_line_of_plain_text() => Assert.All(Payloads.All.Where(payload => payload.Length < 200), payload => Assert.Equal(
        $"New: <{Line(payload)}>", (string?)Prepare.Ticket("summaryTemplate", "New:\n<{{ fields.x }}>", Prepare.Fields(("x", payload)))));

    [Fact]
    public void A_summary_of_more_than_255_characters_is_an_error()
    {
        Assert.Equal(255, ((string)Prepare.Ticket("summaryTemplate", "{{ fields.x }}", Prepare.Fields(("x", new string('a', 255))))!).Length);
        Assert.Contains(
            "at most 255",
            Prepare.Fails(() => Prepare.Ticket("summaryTemplate", "{{ fields.x }}", Prepare.Fields(("x", new string('a', 256))))), StringComparison.Ordinal);
        Assert.Contains(
            "is empty", Prepare.Fails(() => Prepare.Ticket("summaryTemplate", "{{ fields.x }}", Prepare.Fields(("x", " \n")))), StringComparison.Ordinal);
    }

    private static string Rendered(string template, string value) =>
        (string)Prepare.Ticket("descriptionTemplate", template, Prepare.Fields(("x", value)))!;

    /// <summary>The types of all nodes and marks, in their order; how many texts and breaks there are says nothing.</summary>
    private static string Structure(JsonNode? node) => node switch
    {
        JsonArray nodes => string.Join(
            ',', nodes.Select(Structure).Aggregate(new List<string>(), (list, one) =>
            {
                if (one is not "hardBreak" && (list.Count == 0 || list[^1] != one))
                {
                    list.Add(one);
                }

                return list;
            })),
        JsonObject { } one => $"{(string?)one["type"]}{Marks(one)}{(one["content"] is JsonArray content ? $"({Structure(content)})" : "")}",
        _ => "",
    };

    private static string Marks(JsonObject node) =>
        node["marks"] is JsonArray marks ? $"<{string.Join(',', marks.Select(mark => (string)mark!["type"]!))}>" : "";

    /// <summary>What a reader sees; a break is a line break, and the space behind it is not seen.</summary>
    private static string Text(JsonNode? node)
    {
        var seen = new StringBuilder();
        Collect(node, seen);
        return Decoded(seen.ToString().Replace("\n ", "\n", StringComparison.Ordinal));
    }

    private static void Collect(JsonNode? node, StringBuilder seen)
    {
        switch (node)
        {
            case JsonArray nodes:
                foreach (var one in nodes)
                {
                    Collect(one, seen);
                }

                break;
            case JsonObject one:
                seen.Append((string?)one["type"] is "hardBreak" ? "\n" : (string?)one["text"]);
                Collect(one["content"], seen);
                break;
            default:
                break;
        }
    }

    /// <summary>Numeric entities, as a browser shows them; once.</summary>
    private static string Decoded(string text) =>
        Entity().Replace(text, entity => ((char)int.Parse(entity.Groups[1].Value, CultureInfo.InvariantCulture)).ToString());

    private static string Lines(string typed) =>
        string.Concat(typed.ReplaceLineEndings("\n").Select(c => char.IsControl(c) && c is not ('\n' or '\t') ? '\uFFFD' : c));

    private static string Line(string typed) => Lines(typed).Replace('\n', ' ').Replace('\t', ' ');

    [GeneratedRegex("&#([0-9]+);")]
    private static partial Regex Entity();
}
