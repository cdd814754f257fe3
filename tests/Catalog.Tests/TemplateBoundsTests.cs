using System.Diagnostics;
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
    };

    public static TheoryData<string> Names() => [.. Hostile.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_hostile_template_stops_at_its_bound(string name)
    {
        var fields = Prepare.Fields(("x", new string('x', 20_000)));
        // What is allocated in all, most of it for a moment.
        var before = GC.GetAllocatedBytesForCurrentThread();
        var started = Stopwatch.GetTimestamp();

        var message = Prepare.Fails(() => Prepare.Text(Hostile[name], fields));

        Assert.True(message.Length < 1000, message);
        Assert.InRange(Stopwatch.GetElapsedTime(started), TimeSpan.Zero, TimeSpan.FromSeconds(3));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 150_000_000);
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

    [Fact]
    public void A_hostile_template_in_a_document_is_a_finding()
    {
        foreach (var template in Hostile.Values)
        {
            var yaml = "kind: CatalogItem\nfulfillment:\n  strategy: { mode: manual }\n  manual:\n    actions:\n"
                + "      - { type: rest-api, config: { endpoint: { url: https://x.example.com, method: PUT }, body: { type: text, contentTemplate: "
                + JsonValue.Create(template).ToJsonString() + " } } }\n";

            Assert.NotEmpty(TestCatalog.Read(yaml).Findings);
        }
    }
}
