using System.Text;

namespace Pao.Catalog.Tests.Hostile;

/// <summary>
/// Documents that are made to cost much: nested, repeated or huge. Whoever takes a document must end with each of them
/// within a second and 50 MB.
/// </summary>
internal static class HostileDocuments
{
    private const string Metadata =
        """
        metadata: { id: starter-one-standard, name: One, description: "A document that is made to cost whoever reads it very much.", version: 1.0.0,
          category: starter, owner: { team: platform, contact: platform@example.com }
        """;

    private const string ByHand = "{ type: jira-ticket, config: { ticket: { project: PLAT, summaryTemplate: By hand } } }";

    public static IReadOnlyDictionary<string, string> All { get; } = new Dictionary<string, string>
    {
        ["brackets"] = new string('[', 200_000),
        ["braces"] = Repeat(100_000, "{a: "),
        ["dashes"] = Repeat(200_000, "- "),
        ["values"] = Each(120_000, i => "- 1\n"),
        ["an alias bomb"] = AliasBomb(),
        ["1 MiB and more"] = "a: " + new string('x', 1_100_000),
        ["keys of one's own"] = Item(metadata: "," + Each(20_000, i => $"k{i:000000}xxxxxxxxxxxxx: 1,")),
        ["unknown keys"] = Item(tail: Each(9_000, i => $"k{i:000000}{new string('x', 83)}: 1\n")),
        ["unknown keys below"] = Item(Rest($"headers: {{}}, {Each(20_000, i => $"k{i:00000}: 1,")}")),
        ["headers"] = Item(Rest($"headers: {{ {Each(20_000, i => $"X-{i}: x,")} }}")),
        ["actions"] = Item(string.Join(",", Enumerable.Repeat("{ type: custom, config: { activity: a } }", 8_000))),
        ["many dependencies"] = Item($"{{ type: custom, config: {{ activity: a }}, dependsOn: [{Each(20_000, i => $"v{i},")}] }}"),
        ["groups"] = Item(groups: Each(9_000, i => $"{{id: g{i}, name: G, fields: []}},")),
        ["fields"] = Form(Each(5_000, i => $"{{id: f{i}, name: F, type: string}},")),
        ["fields that wait for each other"] = Form(Each(
            4_500, i => $"{{id: f{i}, name: F, type: string, conditional: {{dependsOn: f{i + 1}, condition: exists}}}},")),
        ["one field again and again"] = Form(Repeat(9_000, "{id: f, name: F, type: string},")),
        ["choices"] = Form($"{{id: f, name: F, type: select, default: nope, enum: [{Each(40_000, i => $"v{i},")}]}}"),
        ["wrong choices"] = Form($"{{id: f, name: F, type: multiselect, enum: [{Each(1_000, i => $"v{i},")}], default: [{Each(40_000, i => $"w{i},")}]}}"),
        ["catastrophic patterns"] = Patterns("aaa", i => $"^(?=a)(a|aa|{i})+$"),
        ["large patterns"] = Patterns("a", i => $@"^\p{{L}}\p{{L}}?\p{{N}}?{i}?$"),
        ["patterns of many kinds"] = Patterns("a", i => $"^{Each(29, j => $@"\u{{{0x400 + (3 * j) + i:X}}}?")}a*$"),
        ["one very large pattern"] = Patterns("a", i => $"^{Repeat(190, @"\p{L}")}{i}$"),
        ["templates"] = Item(Input(Repeat(40_000, "'{{ fields.x }}',"))),
        ["as many templates as may be"] = Item(Input(Repeat(1_990, "'{{ fields.x }}',"))),
        ["templates with mistakes"] = Item(Input(Repeat(1_990, "'{{ feilds.x }}',"))),
        ["templates by aliases"] = Item(Input("&a '{{ fields.x | upper | lower }}'," + Repeat(40_000, "*a,"))),
        ["long tags"] = Item(Input(Repeat(1_900, $"'{{{{ fields.x{Repeat(95, "|trim")} }}}}',"))),
        ["parentheses in a template"] = Item(Input($"'{{{{ {new string('(', 3_000)}1{new string(')', 3_000)} }}}}'")),
        ["blocks in a template"] = Item(Input($"'{Repeat(3_000, "{% if true %}")}'")),
        ["outputs of actions"] = Item(string.Join(",", Enumerable.Range(0, 100).Select(
            i => $"{{ id: a{i}, type: custom, config: {{ activity: a, input: [{Repeat(19, "'{{ output.a1.result }}',")}] }} }}"))),
        ["components in a circle"] = Bundle(i => $"dependsOn: [{Each(100, j => j == i ? "" : $"c{j},")}]"),
        ["templates of components"] = Bundle(i => $"config: {{ x: [{Repeat(19, "'{{ components.c1.outputs.x }}',")}] }}"),
        ["fields of a component"] = Bundle(i => i > 0 ? "" : $"config: {{ {Each(24_000, j => $"k{j}: 1,")} }}"),
        ["a range of versions"] = Bundle(i => i > 0 ? "" : $"version: '{Repeat(50_000, "1.x || ")}1.x'"),
    };

    private static string Item(string actions = ByHand, string metadata = "", string groups = "", string tail = "") => $$"""
        kind: CatalogItem
        {{Metadata}} {{metadata}} }
        presentation: { form: { groups: [ { id: main, name: Main, fields: [ { id: x, name: X, type: string, required: true } ] }, {{groups}} ] } }
        fulfillment: { strategy: { mode: manual }, manual: { actions: [ {{actions}} ] } }
        {{tail}}
        """;

    private static string Form(string fields) => Item(groups: $"{{ id: more, name: More, fields: [ {fields} ] }}");

    private static string Patterns(string initial, Func<int, string> pattern) => Form(Each(
        190, i => $"{{id: f{i}, name: F, type: string, default: '{Repeat(100, initial)}b', validation: {{pattern: '{pattern(i)}'}}}},"));

    private static string Rest(string more) =>
        $"{{ type: rest-api, config: {{ endpoint: {{ url: 'https://x.example.com', method: GET }}, {more} }} }}";

    private static string Input(string items) => $"{{ type: custom, config: {{ activity: a, input: [ {items} ] }} }}";

    private static string Bundle(Func<int, string> component) => $$"""
        kind: CatalogBundle
        metadata: { id: bundle-one-standard, name: One, description: "A document that is made to cost whoever reads it very much.", version: 1.0.0,
          category: solutions, owner: { team: platform, contact: platform@example.com } }
        components: [ {{Each(100, i => $"{{ id: c{i}, catalogItem: compute-echo-standard, {component(i)} }},")}} ]
        fulfillment: { orchestration: { mode: parallel } }
        """;

    private static string AliasBomb()
    {
        var yaml = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
        for (var i = 1; i <= 9; i++)
        {
            yaml.Append(string.Create(null, $"a{i}: &a{i} [")).AppendJoin(", ", Enumerable.Repeat($"*a{i - 1}", 9)).Append("]\n");
        }

        return yaml.ToString();
    }

    private static string Repeat(int times, string what) => string.Concat(Enumerable.Repeat(what, times));

    private static string Each(int times, Func<int, string> what) => string.Concat(Enumerable.Range(0, times).Select(what));
}
