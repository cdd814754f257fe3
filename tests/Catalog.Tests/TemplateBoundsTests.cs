using System.Text.Json.Nodes;

namespace Pao.Catalog.Tests;

/// <summary>A hostile template stops at a bound, soon and with little memory, and the process lives.</summary>
public sealed class TemplateBoundsTests
{
    /// <summary>What is told when it is parsed: when the document is read.</summary>
    private static readonly Dictionary<string, string> HostileToParse = new()
    {
        ["parentheses"] = "{{ " + new string('(', 3_000) + "1" + new string(')', 3_000) + " }}",
        ["parentheses hidden by strings"] = "{{ " + string.Concat(Enumerable.Repeat("(')' == ", 400)) + "1 }}",
        ["brackets"] = "{{ fields" + string.Concat(Enumerable.Repeat("[fields", 3_000)) + " }}",
        ["calls"] = "{{ " + string.Concat(Enumerable.Repeat("upper(", 500)) + "'x'" + new string(')', 500) + " }}",
        ["nested ifs"] = string.Concat(Enumerable.Repeat("{% if true %}", 3_000)),
        ["many ifs"] = string.Concat(Enumerable.Repeat("{% if true %}{% endif %}", 3_000)),
        ["elsifs"] = "{% if true %}" + string.Concat(Enumerable.Repeat("{% elsif true %}", 3_000)) + "{% endif %}",
        ["long tag"] = "{{ 'x'" + string.Concat(Enumerable.Repeat(" | upper", 3_000)) + " }}",
        ["long source"] = new string('x', 300_000) + "{{ fields.x }}",
        ["unclosed"] = "{{ " + new string('x', 5_000),
        ["chain of operators"] = "{% if true" + string.Concat(Enumerable.Repeat(" or true", 450)) + " %}{% endif %}",
        ["chain of properties"] = "{{ fields" + string.Concat(Enumerable.Repeat(".x", 2_000)) + " }}",
    };

    /// <summary>What shows only when it is rendered.</summary>
    private static readonly Dictionary<string, string> HostileToRender = new()
    {
        ["nested loops"] = string.Concat(Enumerable.Repeat("{% for i in (1..1000) %}", 4)) + "x" + string.Concat(Enumerable.Repeat("{% endfor %}", 4)),
        ["a long range"] = "{{ length((1..2000000000)) }}",
        ["a negative range"] = "{{ length((-2147483647..2147483647)) }}",
        ["doubling"] = "{% assign s = 'xxxxxxxxxx' %}{% for i in (1..100) %}{% assign s = concat(s, s) %}{% endfor %}",
        ["doubling lists"] = "{% assign s = split('a,b', ',') %}{% for i in (1..100) %}{% assign s = concat(s, s) %}{% endfor %}",
        ["replace grows"] = "{% assign s = fields.x %}{{ replace(s, 'x', s) }}",
        ["much output"] = "{% for i in (1..10000) %}{{ fields.x }}{% endfor %}",
        ["much garbage"] = "{% for i in (1..9000) %}{% assign s = upper(fields.x) %}{% endfor %}",
    };

    private static readonly Dictionary<string, string> Hostile = HostileToParse.Concat(HostileToRender).ToDictionary();

    /// <summary>Every kind of place of a document that takes a template: an action, in which the template is put for TEMPLATE.</summary>
    private static readonly Dictionary<string, string> Places = new()
    {
        ["URL"] = "{ type: rest-api, config: { endpoint: { url: TEMPLATE, method: GET } } }",
        ["header"] = "{ type: rest-api, config: { endpoint: { url: https://x.example.com, method: GET }, headers: { X-A: TEMPLATE } } }",
        ["query"] = "{ type: rest-api, config: { endpoint: { url: https://x.example.com, method: GET }, query: { a: [TEMPLATE] } } }",
        ["token"] = "{ type: rest-api, config: { endpoint: { url: https://x.example.com, method: GET }, authentication: { type: bearer, token: TEMPLATE } } }",
        ["JSON text"] = "{ type: rest-api, config: { endpoint: { url: https://x.example.com, method: PUT }, body: { contentTemplate: TEMPLATE } } }",
        ["JSON value"] = "{ type: rest-api, config: { endpoint: { url: https://x.example.com, method: PUT }, body: { contentTemplate: { a: [TEMPLATE] } } } }",
        ["form"] = "{ type: rest-api, config: { endpoint: { url: https://x.example.com, method: PUT }, body: { type: form, contentTemplate: TEMPLATE } } }",
        ["text"] = "{ type: rest-api, config: { endpoint: { url: https://x.example.com, method: PUT }, body: { type: text, contentTemplate: TEMPLATE } } }",
        ["webhook"] = "{ type: webhook, config: { endpoint: { url: https://x.example.com }, body: { template: TEMPLATE } } }",
        ["signing secret"] = "{ type: webhook, config: { endpoint: { url: https://x.example.com }, signing: { secret: TEMPLATE } } }",
        ["input"] = "{ type: custom, config: { activity: Make, input: { a: TEMPLATE } } }",
        ["ticket"] = "{ type: jira-ticket, config: { ticket: { project: PLAT, summaryTemplate: TEMPLATE } } }",
        ["custom field"] = "{ type: jira-ticket, config: { ticket: { project: PLAT, summaryTemplate: x, customFields: { a: TEMPLATE } } } }",
        ["Terraform"] = "{ type: terraform, config: { contentTemplate: TEMPLATE, filename: a.tf, repositoryMapping: a } }",
        ["workflow"] = "{ type: github-workflow, config: { repository: { owner: a, name: b }, workflow: { id: a.yml }, inputs: { a: TEMPLATE } } }",
        ["condition"] = "{ type: webhook, condition: TEMPLATE, config: { endpoint: { url: https://x.example.com } } }",
    };

    public static TheoryData<string> Names() => [.. Hostile.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_hostile_template_stops_at_its_bound(string name)
    {
        var fields = Prepare.Fields(("x", new string('x', 20_000)));
        var cost = Cost.Start();

        var message = Prepare.Fails(() => Prepare.Text(Hostile[name], fields));

        cost.Check();
        Assert.True(message.Length < 1000, message);
    }

    /// <summary>Chains nest in the parser and in whoever walks them, without a bracket; a small stack makes it show.</summary>
    [Theory]
    [InlineData("{% if true", " or true", " %}{% endif %}", 450)]
    [InlineData("{% if true", " and true", " %}{% endif %}", 400)]
    [InlineData("{{ 'x'", "|trim", " }}", 800)]
    [InlineData("{{ fields", ".x", " }}", 2000)]
    public void A_chain_as_long_as_a_tag_can_hold_does_not_exhaust_a_small_stack(string start, string link, string end, int links)
    {
        var template = start + string.Concat(Enumerable.Repeat(link, links)) + end;
        string? message = null;

        var thread = new Thread(() => message = Prepare.Fails(() => Prepare.Text(template)), maxStackSize: 512 * 1024);
        thread.Start();
        thread.Join();

        Assert.Contains("nests at most 100 deep", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_large_value_of_a_form_still_fits() =>
        Assert.Equal(200_000, Prepare.Text("{{ fields.x }}", Prepare.Fields(("x", new string('x', 200_000)))).Length);

    public static TheoryData<string, string> PlacesAndNames() =>
        [.. Places.Keys.SelectMany(place => HostileToParse.Keys.Select(name => new TheoryDataRow<string, string>(place, name)))];

    [Theory]
    [MemberData(nameof(PlacesAndNames))]
    public void A_hostile_template_is_a_finding_wherever_it_stands(string place, string name)
    {
        var yaml = Document.Replace("ACTION", Places[place], StringComparison.Ordinal)
            .Replace("TEMPLATE", JsonValue.Create(HostileToParse[name]).ToJsonString(), StringComparison.Ordinal);
        var cost = Cost.Start();

        var document = TestCatalog.Read(yaml);

        cost.Check();
        var error = Assert.Single(document.Findings, finding => finding.Severity is Severity.Error);
        Assert.True(error.Rule is "template.syntax" or "schema.value", error.ToString());
        Assert.StartsWith("/fulfillment/manual/actions/0/", error.Pointer, StringComparison.Ordinal);
    }

    private const string Document = """
        kind: CatalogItem
        metadata:
          id: starter-queue-standard
          name: Queue
          description: A description that is long enough for everybody to know what they get.
          version: 1.0.0
          category: starter
          owner: { team: platform, contact: platform@example.com }
        fulfillment:
          strategy: { mode: manual }
          manual:
            actions:
              - ACTION
        """;
}
