using System.Text.Json.Nodes;
using Pao.Activities.Jira.Markup;

namespace Pao.Activities.Tests.Jira;

public sealed class MarkupTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("one", "paragraph('one')")]
    [InlineData("one\ntwo\n\nthree", "paragraph('one' hardBreak 'two') paragraph('three')")]
    [InlineData("one\r\n\r\ntwo", "paragraph('one') paragraph('two')")]
    [InlineData("a *b* _c_ -d- +e+ ^f^ ~g~ ??h??", "paragraph('a ' 'b'<strong> ' ' 'c'<em> ' ' 'd'<strike> ' ' 'e'<underline> ' ' 'f'<subsup> ' ' 'g'<subsup> ' ' 'h'<em>)")]
    [InlineData("*a _b_*", "paragraph('a '<strong> 'b'<strong,em>)")]
    [InlineData("2*3*4 a_b_c x-y-z", "paragraph('2*3*4 a_b_c x-y-z')")]
    [InlineData("*a", "paragraph('*a')")]
    [InlineData("* a", "bulletList(listItem(paragraph('a')))")]
    [InlineData("a -- b --- c", "paragraph('a -- b --- c')")]
    [InlineData("{{a*b*}}", "paragraph('a*b*'<code>)")]
    [InlineData("*{{a}}*", "paragraph('a'<code>)")]
    [InlineData("h1. A *b*\nc", "heading('A ' 'b'<strong>) paragraph('c')")]
    [InlineData("h7. A", "paragraph('h7. A')")]
    [InlineData("bq. A", "blockquote(paragraph('A'))")]
    [InlineData("a\n----\nb", "paragraph('a') rule paragraph('b')")]
    [InlineData("* a\n** b\n*** c\n* d", "bulletList(listItem(paragraph('a') bulletList(listItem(paragraph('b') bulletList(listItem(paragraph('c')))))) listItem(paragraph('d')))")]
    [InlineData("# a\n#* b\n## c\n# d", "orderedList(listItem(paragraph('a') bulletList(listItem(paragraph('b'))) orderedList(listItem(paragraph('c')))) listItem(paragraph('d')))")]
    [InlineData("*** a\n* b", "bulletList(listItem(paragraph('a')) listItem(paragraph('b')))")]
    [InlineData("* a\n# b", "bulletList(listItem(paragraph('a'))) orderedList(listItem(paragraph('b')))")]
    [InlineData("- a\nmore\n- b\n\nc", "bulletList(listItem(paragraph('a' hardBreak 'more')) listItem(paragraph('b'))) paragraph('c')")]
    [InlineData("||A||B||\n|1|*2*|", "table(tableRow(tableHeader(paragraph('A')) tableHeader(paragraph('B'))) tableRow(tableCell(paragraph('1')) tableCell(paragraph('2'<strong>))))")]
    [InlineData("|a\\|b|[c|http://d.example]|", "table(tableRow(tableCell(paragraph('a|b')) tableCell(paragraph('c'<link>))))")]
    [InlineData("{code:java}\na *b*\n{quote}\n{code}", "codeBlock('a *b*\n{quote}')")]
    [InlineData("{noformat}x{noformat} y", "codeBlock('x') paragraph('y')")]
    [InlineData("{code}x", "paragraph('{code}x')")]
    [InlineData("\\{code}x{code}", "paragraph('{code}x{code}')")]
    [InlineData("{quote}a\n\nb{quote}", "blockquote(paragraph('a') paragraph('b'))")]
    [InlineData("{quote}h1. a\n|b|\n{quote}", "blockquote(paragraph('a') paragraph('b'))")]
    [InlineData("{quote}a", "paragraph('{quote}a')")]
    [InlineData("{panel:title=T}a{panel}", "panel(paragraph('T'<strong>) paragraph('a'))")]
    [InlineData("{panel}{quote}a{quote}{panel}", "panel(paragraph('a'))")]
    [InlineData("{panel}{panel}", "panel(paragraph())")]
    [InlineData("{color:red}a{color} b", "paragraph('a b')")]
    [InlineData("[a *b*|https://c.example/d] [https://e.example]", "paragraph('a '<link> 'b'<link,strong> ' ' 'https://e.example'<link>)")]
    [InlineData("[mail|mailto:a@b.example]", "paragraph('mail'<link>)")]
    [InlineData("[a|javascript:alert(1)] [b] [^c.txt] [#d] [|http://e.example]", "paragraph('[a|javascript:alert(1)] [b] [^c.txt] [#d] [|' 'http://e.example'<link> ']')")]
    [InlineData("see https://a.example/b?c=d, or (http://e.example)", "paragraph('see ' 'https://a.example/b?c=d'<link> ', or (' 'http://e.example'<link> ')')")]
    [InlineData("[~accountid:5b10:a-1] [~admin]", "paragraph(mention ' [~admin]')")]
    [InlineData("a\\\\b", "paragraph('a' hardBreak 'b')")]
    [InlineData("a\\\\\\b C:\\d", "paragraph('a\\\\\\b C:\\d')")]
    [InlineData("\\*a\\* &#42; &amp; &#0; &#x41; &#99999999;", "paragraph('*a* * &amp; &#0; &#x41; &#99999999;')")]
    [InlineData("!a.png! (/) :)", "paragraph('!a.png! (/) :)')")]
    public void Markup_becomes_a_document(string markup, string expected) =>
        Assert.Equal(expected, Shown(WikiMarkup.ToDocument(markup)["content"]));

    [Fact]
    public void Code_keeps_its_language_and_a_heading_its_level()
    {
        var document = WikiMarkup.ToDocument("h3. A\n{code:title=x|java}\nb\n{code}");

        Assert.Equal("""{"type":"heading","content":[{"type":"text","text":"A"}],"attrs":{"level":3}}""", document["content"]![0]!.ToJsonString());
        Assert.Equal("java", (string?)document["content"]![1]!["attrs"]!["language"]);
    }

    /// <summary>What authors usually write means the same to Atlassian's own reader.</summary>
    [Theory]
    [InlineData("one\ntwo\n\nthree")]
    [InlineData("h2. About\n\nA *bold* and _slanted_ text with {{code}}.")]
    [InlineData("* one\n* two\n** deeper\n* three")]
    [InlineData("# one\n# two")]
    [InlineData("|host|{{web-1}}|\n|size|*large*|")]
    [InlineData("{code:yaml}\na: b\n{code}\nafter")]
    [InlineData("{noformat}\na  b\n{noformat}")]
    [InlineData("{quote}\nsaid\n{quote}")]
    [InlineData("bq. said")]
    [InlineData("a\n----\nb")]
    [InlineData("see [the page|https://example.com/a?b=c] and https://example.com/d")]
    [InlineData("-gone- +new+ ^up^ ~down~")]
    [InlineData("a\\\\b")]
    [InlineData("Requested by \\*ada\\* \\[x\\]")]
    public async Task It_is_read_as_Atlassian_reads_it(string markup)
    {
        var theirs = Assert.Single(await Published.ReadAsync([markup]));

        Assert.Equal(Shown(theirs["value"]), Shown(WikiMarkup.ToDocument(markup)["content"]));
    }

    [Fact]
    public async Task Every_kind_of_node_is_one_that_JIRA_takes()
    {
        const string markup =
            "h1. A\n\nb *c* _d_ -e- +f+ ^g^ ~h~ {{i}} [j|https://k.example] [~accountid:1]\nl\n\n* m\n*# n\n\n||o||p||\n|q||\n\n----\n{code:sql}r{code}\n"
            + "{noformat}{noformat}{quote}s{quote}{panel:title=t}h2. u\n----\n* v{panel}bq. w";

        var verdict = Assert.Single(await Published.DocumentsAsync([WikiMarkup.ToDocument(markup)]));

        Assert.True(verdict["error"] is null, verdict.ToJsonString());
    }

    [Theory]
    [InlineData("h1. A\n\nb *c*\\\\d\n\n* e\n* f\n\n|g|h|\n{code}i\nj{code}", "A\nb c\nd\ne\nf\ng\nh\n\ni\nj")]
    [InlineData("[~accountid:1]", "@1")]
    [InlineData("", "")]
    public void A_document_is_read_back_as_text(string markup, string expected) => Assert.Equal(expected, AdfText.Of(WikiMarkup.ToDocument(markup)));

    private static string Shown(JsonNode? node) => node switch
    {
        JsonArray nodes => string.Join(' ', nodes.Select(Shown)),
        JsonObject one when (string?)one["type"] is "text" => $"'{(string?)one["text"]}'{Marks(one)}",
        JsonObject one => $"{(string?)one["type"]}{(one["content"] is JsonArray inner ? $"({Shown(inner)})" : "")}",
        _ => "",
    };

    private static string Marks(JsonObject node) =>
        node["marks"] is JsonArray marks ? $"<{string.Join(',', marks.Select(mark => (string)mark!["type"]!))}>" : "";
}
