using System.Diagnostics;
using System.Text.Json.Nodes;
using Pao.Activities.Jira.Markup;
using Pao.Catalog.Tests.Hostile;

namespace Pao.Activities.Tests.Jira;

/// <summary>Whatever a value holds, the document shows it as typed, has the author's structure, and is one that JIRA takes.</summary>
public sealed class HostileMarkupTests
{
    /// <summary>Each with one value, in a place that markup decides about.</summary>
    private static readonly string[] Templates =
    [
        "{{ fields.x }}",
        "Asked for: {{ fields.x }} and so on",
        "<{{ fields.x }}>",
        "h2. About {{ fields.x }}\n\nA paragraph.",
        "*{{ fields.x }}* and _so on_",
        "_so on_ and *{{ fields.x }} more*",
        "* one\n* {{ fields.x }}\n* three",
        "# {{ fields.x }}\n# two",
        "||Name||Value||\n|name|{{ fields.x }}|\n|more|b|",
        "{panel:title=About}\n{{ fields.x }}\n{panel}",
        "{quote}{{ fields.x }}{quote}",
        "{color:red}{{ fields.x }}{color} after",
        "Before\n{{ fields.x }}\nafter",
        "bq. {{ fields.x }}",
        "[open|https://example.com/] {{ fields.x }}",
    ];

    public static TheoryData<string> Places() => [.. Templates];

    [Theory]
    [MemberData(nameof(Places))]
    public async Task A_value_shows_as_typed_and_changes_no_structure(string template)
    {
        var harmless = WikiMarkup.ToDocument(Rendered.Description(template, "harmless"));
        var documents = Payloads.All.Select(payload => WikiMarkup.ToDocument(Rendered.Description(template, payload))).ToList();

        Assert.All(Payloads.All.Zip(documents), one =>
        {
            Assert.True(
                Structure(harmless) == Structure(one.Second),
                $"{Payloads.Shown(one.First)}: {Rendered.Description(template, one.First)} is {one.Second.ToJsonString()}");
            Assert.Equal(
                AdfText.Of(harmless).Replace("harmless", Typed(one.First), StringComparison.Ordinal),
                AdfText.Of(one.Second).Replace("\u200B", "", StringComparison.Ordinal));
        });
        Assert.All(Payloads.All.Zip(await Published.DocumentsAsync(documents)), one =>
            Assert.True(one.Second["error"] is null, $"{Payloads.Shown(one.First)}: {one.Second.ToJsonString()}"));
    }

    [Theory]
    [InlineData("{code:java}\n{{ fields.x }}\n{code}\nafter")]
    [InlineData("{noformat}\n{{ fields.x }}\n{noformat}\nafter")]
    public void A_value_stays_within_a_block_of_code(string template) => Assert.All(Payloads.All, payload =>
    {
        var document = WikiMarkup.ToDocument(Rendered.Description(template, payload));

        Assert.Equal("doc(codeBlock,paragraph(text))", Structure(document));
        var code = (string?)document["content"]![0]!["content"]?.AsArray().FirstOrDefault()?["text"] ?? "";
        Assert.Equal(
            Lines(payload).Replace("\u2060", "", StringComparison.Ordinal).Trim('\n'), code.Replace("\u2060", "", StringComparison.Ordinal).Trim('\n'));
    });

    [Fact]
    public void A_value_in_a_link_chooses_neither_more_nor_less_than_its_author_lets_it() => Assert.All(
        Payloads.All.Where(payload => payload.Length < 1_000), payload =>
        {
            var document = WikiMarkup.ToDocument(Rendered.Description("[<{{ fields.x }}>|https://example.com/items?q={{ fields.x }}&last=1]", payload));

            var link = Assert.Single(Assert.Single(document["content"]!.AsArray())!["content"]!.AsArray())!;
            Assert.Equal($"<{(payload.Length == 0 ? "\u200B" : Lines(payload).Replace('\n', ' ').Replace('\t', ' '))}>", (string?)link["text"]);
            var url = new Uri((string)link["marks"]![0]!["attrs"]!["href"]!);
            Assert.Equal(("example.com", "/items", ""), (url.Host, url.AbsolutePath, url.Fragment));
            var query = System.Web.HttpUtility.ParseQueryString(url.Query);
            Assert.Equal(("q,last", payload), (string.Join(",", query.AllKeys), query["q"]));
        });

    [Fact]
    public async Task A_text_that_is_no_markup_is_shown_as_it_is()
    {
        var documents = Payloads.All.Select(WikiMarkup.PlainDocument).ToList();

        Assert.All(Payloads.All.Zip(documents), one => Assert.DoesNotContain("marks", one.Second.ToJsonString(), StringComparison.Ordinal));
        Assert.All(Payloads.All.Zip(await Published.DocumentsAsync(documents)), one =>
            Assert.True(one.Second["error"] is null, $"{Payloads.Shown(one.First)}: {one.Second.ToJsonString()}"));
    }

    [Theory]
    [InlineData("*a ")]
    [InlineData("[a ")]
    [InlineData("{{a ")]
    [InlineData("{code:x}")]
    [InlineData("{quote}{panel:title=x}")]
    [InlineData("*_-+^~??a ")]
    [InlineData("[a|http://")]
    [InlineData("|a")]
    [InlineData("&#")]
    [InlineData("\\")]
    [InlineData("http://a*")]
    [InlineData("*a\n_")]
    [InlineData("{color:")]
    [InlineData("** a\n")]
    public void A_text_made_to_take_long_does_not(string part)
    {
        var markup = string.Concat(Enumerable.Repeat(part, 64 * 1024 / part.Length));
        var clock = Stopwatch.StartNew();

        var document = WikiMarkup.ToDocument(markup);

        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(5), $"{Payloads.Shown(part)} took {clock.Elapsed}");
        Assert.NotNull(document["content"]);
    }

    /// <summary>The types of all nodes and marks, in their order; how many texts and breaks there are says nothing.</summary>
    private static string Structure(JsonNode? node) => node switch
    {
        JsonArray nodes => string.Join(',', nodes.Select(Structure).Where(one => one is not "hardBreak").Aggregate(new List<string>(), (list, one) =>
        {
            if (list.Count == 0 || list[^1] != one || !one.StartsWith("text", StringComparison.Ordinal))
                list.Add(one);
            return list;
        })),
        JsonObject one when (string?)one["type"] is "text" or "codeBlock" or "hardBreak" => $"{(string?)one["type"]}{Marks(one)}",
        JsonObject one => $"{(string?)one["type"]}({Structure(one["content"])})",
        _ => "",
    };

    private static string Marks(JsonObject node) =>
        node["marks"] is JsonArray marks ? $"<{string.Join(',', marks.Select(mark => (string)mark!["type"]!))}>" : "";

    private static string Typed(string payload) => Lines(payload).Replace("\u200B", "", StringComparison.Ordinal);

    private static string Lines(string typed) =>
        string.Concat(typed.ReplaceLineEndings("\n").Select(c => char.IsControl(c) && c is not ('\n' or '\t') ? '\uFFFD' : c));
}
