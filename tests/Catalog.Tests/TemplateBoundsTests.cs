using System.Text.Json.Nodes;

namespace Pao.Catalog.Tests;

/// <summary>A hostile template stops at a bound, soon and with little memory, and the process lives.</summary>
public sealed class TemplateBoundsTests
{
    private static readonly Dictionary<string, string> Hostile = new()
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
        ["nested loops"] = string.Concat(Enumerable.Repeat("{% for i in (1..1000) %}", 4)) + "x" + string.Concat(Enumerable.Repeat("{% endfor %}", 4)),
        ["a long range"] = "{{ length((1..2000000000)) }}",
        ["a negative range"] = "{{ length((-2147483647..2147483647)) }}",
        ["doubling"] = "{% assign s = 'xxxxxxxxxx' %}{% for i in (1..100) %}{% assign s = concat(s, s) %}{% endfor %}",
        ["doubling lists"] = "{% assign s = split('a,b', ',') %}{% for i in (1..100) %}{% assign s = concat(s, s) %}{% endfor %}",
        ["replace grows"] = "{% assign s = fields.x %}{{ replace(s, 'x', s) }}",
        ["much output"] = "{% for i in (1..10000) %}{{ fields.x }}{% endfor %}",
        ["much garbage"] = "{% for i in (1..9000) %}{% assign s = upper(fields.x) %}{% endfor %}",
        ["unclosed"] = "{{ " + new string('x', 5_000),
        ["many opened"] = string.Concat(Enumerable.Repeat("{{", 100_000)),
        ["many blocks opened"] = string.Concat(Enumerable.Repeat("{%", 100_000)),
        ["brackets without end"] = "{{ fields" + new string('[', 200_000),
        ["parentheses without end"] = "{{ " + new string('(', 200_000),
        ["braces"] = new string('{', 200_000),
        ["a huge number"] = "{{ " + new string('9', 4_000) + " }}",
        ["a huge text"] = "{{ '" + new string('x', 100_000) + "' }}",
        ["a huge name"] = "{{ fields." + new string('x', 4_000) + " }}",
        ["a chain of filters"] = "{{ 'x'" + string.Concat(Enumerable.Repeat("|trim", 700)) + " }}",
        ["a loop that grows its list"] = "{% assign s = split('a,b', ',') %}{% for i in (1..9000) %}{% for j in s %}{% assign s = concat(s, s) %}{% endfor %}{% endfor %}",
        ["a loop that grows its text"] = "{% assign s = '' %}{% for i in (1..9000) %}{% assign s = concat(s, fields.x) %}{% endfor %}",
        ["loops over loops"] = "{% for i in (1..10000) %}{% for j in (1..10000) %}{% endfor %}{% endfor %}",
        ["many lists"] = "{% for i in (1..9000) %}{% assign s = split(fields.commas, ',') %}{% endfor %}",
        ["many replacements"] = "{% for i in (1..9000) %}{% assign s = replace(fields.x, 'x', 'yy') %}{% endfor %}",
        ["many digests"] = "{% for i in (1..90000) %}{% assign s = sha256(fields.x) %}{% endfor %}",
        ["many comparisons"] = "{% for i in (1..9000) %}{% if fields.x contains 'yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy' or fields.x == fields.y %}{% endif %}{% endfor %}{{ fields.none }}",
    };

    /// <summary>A value at a time, without end: what each costs must not grow with what stands there already.</summary>
    private const string Growing = "{% for i in (1..10000) %}{% for j in (1..9) %}{{ fields.short }}{% endfor %}{% endfor %}";

    private static readonly Dictionary<string, Action<string, JsonObject>> Places = new()
    {
        ["text"] = (template, fields) => Prepare.Text(template, fields),
        ["mapping"] = (template, fields) => Prepare.Typed(template, fields),
        ["JSON"] = (template, fields) => Prepare.Body($"[\"{template}\"]", Prepare.Scopes(fields)),
        ["form"] = (template, fields) => Prepare.Body($"a={template}", Prepare.Scopes(fields), "form"),
        ["URL's host"] = (template, fields) => Prepare.Url($"https://{template}", fields),
        ["URL's path"] = (template, fields) => Prepare.Url($"https://api.example.com/{template}", fields),
        ["URL's query"] = (template, fields) => Prepare.Url($"https://api.example.com/?q={template}", fields),
        ["header"] = (template, fields) => Prepare.Header(template, fields),
        ["HCL text"] = (template, fields) => Prepare.Hcl($"a = \"{template}\"\n", fields),
        ["HCL heredoc"] = (template, fields) => Prepare.Hcl($"a = <<EOT\n{template}\nEOT\n", fields),
        ["HCL comment"] = (template, fields) => Prepare.Hcl($"# {template}\n", fields),
        ["HCL name"] = (template, fields) => Prepare.Hcl($"a = module.{template}\n", fields),
        ["description"] = (template, fields) => Prepare.Ticket("descriptionTemplate", template, fields),
        ["code in a description"] = (template, fields) => Prepare.Ticket("descriptionTemplate", "{code}" + template + "{code}", fields),
        ["summary"] = (template, fields) => Prepare.Ticket("summaryTemplate", template, fields),
        ["label"] = (template, fields) => Prepare.Ticket("labels", new JsonArray(template), fields),
        ["file name"] = (template, fields) => Prepare.Render(ActionTypes.Terraform, new JsonObject { ["filename"] = template }, fields),
        ["condition"] = (template, fields) => Prepare.Templates.Prepare(
            new ActionDefinition("act", null, ActionTypes.RestApi, [], template, [], null, null, null), Prepare.Scopes(fields)),
    };

    public static TheoryData<string> Names() => [.. Hostile.Keys];

    public static TheoryData<string> PlaceNames() => [.. Places.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_hostile_template_stops_at_its_bound(string name)
    {
        AssertStops(() => Prepare.Text(Hostile[name], Fields()));
    }

    [Theory]
    [MemberData(nameof(PlaceNames))]
    public void A_hostile_template_stops_at_its_bound_in_every_place(string place) => Assert.All(
        Hostile.Values.Append(Growing), template => AssertStops(() => Places[place](template, Fields())));

    private static void AssertStops(Action render)
    {
        var cost = Cost.Start();

        var message = Prepare.Fails(render);

        cost.Check();
        Assert.True(message.Length < 1000, message);
    }

    private static JsonObject Fields() => Prepare.Fields(
        ("x", new string('x', 20_000)), ("y", new string('x', 20_000)), ("short", "ab"), ("commas", new string(',', 9_000)), ("none", null));

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

    [Theory]
    [MemberData(nameof(Names))]
    public void A_hostile_template_in_a_document_stops_at_its_bound_too(string name)
    {
        var template = JsonValue.Create(Hostile[name]).ToJsonString();
        var yaml = TestCatalog.WithAction(
            $"{{ type: rest-api, config: {{ endpoint: {{ url: https://x.example.com, method: PUT }}, body: {{ type: text, contentTemplate: {template} }} }} }}");
        var cost = Cost.Start();

        var findings = TestCatalog.Read(yaml).Findings;

        cost.Check();
        // A document has a bound on its tags, before any of them is parsed.
        var isWithin = findings.All(finding => finding.Rule is not "template.count");
        Assert.Equal(isWithin && !IsParsed(Hostile[name]), findings.Any(finding => finding.Rule is "template.syntax"));
        Assert.All(findings.Where(finding => finding.Severity is Severity.Error), finding =>
        {
            Assert.StartsWith("template.", finding.Rule, StringComparison.Ordinal);
            Assert.Equal(10, finding.Line);
            Assert.True(finding.Message.Length < 1000, finding.Message);
        });
    }

    private static bool IsParsed(string template)
    {
        try
        {
            return Pao.Catalog.Templates.Template.Parse(template).Parts.Count > 0;
        }
        catch (TemplateException)
        {
            return false;
        }
    }
}
