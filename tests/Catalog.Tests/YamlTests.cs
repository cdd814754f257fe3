using System.Text;
using Pao.Catalog.Yaml;

namespace Pao.Catalog.Tests;

public sealed class YamlTests
{
    [Theory]
    [InlineData("yes", "\"yes\"")]
    [InlineData("no", "\"no\"")]
    [InlineData("on", "\"on\"")]
    [InlineData("true", "true")]
    [InlineData("False", "false")]
    [InlineData("~", "null")]
    [InlineData("null", "null")]
    [InlineData("12", "12")]
    [InlineData("-3", "-3")]
    [InlineData("1.50", "1.50")]
    [InlineData("0x1F", "31")]
    [InlineData("0o17", "15")]
    [InlineData("017", "17")]
    [InlineData("1_000", "\"1_000\"")]
    [InlineData("1.2.3", "\"1.2.3\"")]
    [InlineData("2026-01-31", "\"2026-01-31\"")]
    [InlineData("'12'", "\"12\"")]
    [InlineData("\"true\"", "\"true\"")]
    [InlineData("12:30:45", "\"12:30:45\"")]
    public void A_plain_value_is_what_YAML_1_2_says_it_is(string written, string json)
    {
        var findings = new FindingList("x.yaml");

        var node = (YamlMapping)YamlReader.Read(Encoding.UTF8.GetBytes($"key: {written}\n"), findings)!;

        Assert.Empty(findings.All);
        Assert.Equal(json, node.ToJson()["key"]?.ToJsonString() ?? "null");
    }

    [Theory]
    [InlineData("a: 1\nb: 2\na: 3\n", "yaml.duplicate-key", 3, 1, "/a")]
    [InlineData("a:\n  b: {c: 1, d: 2, c: 3}\n", "yaml.duplicate-key", 2, 19, "/a/b/c")]
    [InlineData("a: !!str 1\n", "yaml.tag", 1, 4, "/a")]
    [InlineData("a: !Custom {b: 1}\n", "yaml.tag", 1, 4, "/a")]
    [InlineData("a: *nowhere\n", "yaml.alias", 1, 4, "/a")]
    [InlineData("a: &x [*x]\n", "yaml.alias", 1, 8, "/a/0")]
    [InlineData("a: 1\n---\nb: 2\n", "yaml.documents", 2, 1, "")]
    [InlineData("a: [1, 2\n", "yaml.syntax", 2, 1, "")]
    [InlineData("a: \"open\n", "yaml.syntax", 1, 4, "")]
    [InlineData("a:\n  - { b: true\n  - { c: d }\n", "yaml.syntax", 2, 3, "")]
    [InlineData("? [a, b]\n: 1\n", "yaml.key", 1, 3, "")]
    [InlineData("a: .inf\n", "yaml.number", 1, 4, "/a")]
    [InlineData("a: 1e999\n", "yaml.number", 1, 4, "/a")]
    [InlineData("", "yaml.empty", 1, 1, "")]
    [InlineData("# only this\n", "yaml.empty", 1, 1, "")]
    [InlineData("a/b~c:\n  - x: 1\n    x: 2\n", "yaml.duplicate-key", 3, 5, "/a~1b~0c/0/x")]
    public void What_is_wrong_with_the_YAML_is_told_with_its_place(
        string yaml, string rule, int line, int column, string at)
    {
        var finding = Assert.Single(Read(yaml).All);

        Assert.Equal((rule, line, column, at), (finding.Rule, finding.Line, finding.Column, finding.Pointer));
        Assert.Equal(Severity.Error, finding.Severity);
    }

    [Fact]
    public void An_alias_is_what_its_anchor_holds()
    {
        var findings = new FindingList("x.yaml");

        var node = YamlReader.Read("a: &x {n: 1}\nb: *x\nc: [*x]\n"u8, findings)!;

        Assert.Empty(findings.All);
        Assert.Equal("""{"a":{"n":1},"b":{"n":1},"c":[{"n":1}]}""", node.ToJson()!.ToJsonString());
        var repeated = (YamlMapping)((YamlMapping)node).Find("b")!;
        Assert.Equal((2, 4, "/b/n"), (repeated.Find("n")!.Place.Line, repeated.Find("n")!.Place.Column, $"{repeated.Find("n")!.Place.Pointer}"));
    }

    [Fact]
    public void Bytes_that_are_not_UTF_8_are_a_finding()
    {
        var findings = new FindingList("x.yaml");

        Assert.Null(YamlReader.Read([0x61, 0x3a, 0x20, 0xff, 0xfe], findings));
        Assert.Equal("yaml.encoding", Assert.Single(findings.All).Rule);
    }

    [Theory]
    [MemberData(nameof(Hostile))]
    public void A_hostile_document_stops_at_its_bound(string what, string rule)
    {
        var yaml = what switch
        {
            "brackets" => new string('[', 200_000),
            "braces" => string.Concat(Enumerable.Repeat("{a: ", 100_000)),
            "dashes" => string.Concat(Enumerable.Repeat("- ", 200_000)),
            "alias bomb" => AliasBomb(),
            "deep aliases" => DeepAliases(),
            "size" => "a: " + new string('x', 1_100_000),
            "long keys" => $"{new string('k', 300)}: 1",
            _ => string.Concat(Enumerable.Range(0, 120_000).Select(_ => "- 1\n")),
        };
        var cost = Cost.Start();

        var finding = Assert.Single(Read(yaml).All);

        cost.Check();
        Assert.Equal(rule, finding.Rule);
    }

    public static TheoryData<string, string> Hostile() => new()
    {
        { "brackets", "yaml.depth" },
        { "braces", "yaml.depth" },
        { "dashes", "yaml.depth" },
        { "alias bomb", "yaml.nodes" },
        { "deep aliases", "yaml.depth" },
        { "size", "yaml.size" },
        { "long keys", "yaml.key" },
        { "nodes", "yaml.nodes" },
    };

    private static string AliasBomb()
    {
        var yaml = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
        for (var i = 1; i <= 9; i++)
        {
            yaml.Append(string.Create(null, $"a{i}: &a{i} [")).AppendJoin(", ", Enumerable.Repeat($"*a{i - 1}", 9)).Append("]\n");
        }

        return yaml.ToString();
    }

    private static string DeepAliases()
    {
        var yaml = new StringBuilder("a0: &a0 x\n");
        for (var i = 1; i <= 200; i++)
        {
            yaml.Append(string.Create(null, $"a{i}: &a{i} [*a{i - 1}]\n"));
        }

        return yaml.ToString();
    }

    private static FindingList Read(string yaml)
    {
        var findings = new FindingList("x.yaml");
        YamlReader.Read(Encoding.UTF8.GetBytes(yaml), findings);
        return findings;
    }
}
