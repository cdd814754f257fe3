using System.Text;
using System.Text.Json.Nodes;
using CsCheck;
using Pao.Catalog.Yaml;

namespace Pao.Catalog.Tests;

/// <summary>A document that is sent as JSON is the same tree as one that is sent as YAML, with places in its text.</summary>
public sealed class JsonTreeTests
{
    [Theory]
    [InlineData("""{"a": [1, -2.50, 1e3, true, null, "x\n\u00e9\ud83d\ude00\/"]}""")]
    [InlineData("\t{\r\n\t\"a\":\t{ }\r\n}\t\n")]
    [InlineData("\uFEFF{\"\": \"\\\"\\\\\"}")]
    [InlineData("\"text\"")]
    public void Every_value_of_JSON_is_itself(string json)
    {
        var findings = new FindingList("x");

        var node = JsonTree.Read(Encoding.UTF8.GetBytes(json), findings);

        Assert.Empty(findings.All);
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(json.TrimStart('\uFEFF')), node?.ToJson()), node?.ToJson()?.ToJsonString());
    }

    [Theory]
    [InlineData("", "yaml.empty", 1, 1, "")]
    [InlineData(" \n", "yaml.empty", 1, 1, "")]
    [InlineData("{\"a\": 1,\n \"ä\": }", "json.syntax", 2, 7, "")]
    [InlineData("{\"a\": 1} x", "json.syntax", 1, 10, "")]
    [InlineData("{a: 1}", "json.syntax", 1, 2, "")]
    [InlineData("{\"a\": 1,}", "json.syntax", 1, 9, "")]
    [InlineData("[1 // no\n]", "json.syntax", 1, 4, "")]
    [InlineData("{\"a\":\n  [\"\\ud800\"]}", "json.syntax", 2, 4, "/a/0")]
    [InlineData("{\"a\": 1, \"b\": 2,\n\"a\": 3}", "yaml.duplicate-key", 2, 1, "/a")]
    [InlineData("{\"a\": 1e999}", "yaml.number", 1, 7, "/a")]
    public void What_is_wrong_with_the_JSON_is_told_with_its_place(string json, string rule, int line, int column, string at)
    {
        var findings = new FindingList("x");

        JsonTree.Read(Encoding.UTF8.GetBytes(json), findings);

        var finding = Assert.Single(findings.All);
        Assert.Equal((rule, line, column, at), (finding.Rule, finding.Line, finding.Column, finding.Pointer));
        Assert.DoesNotContain("LineNumber", finding.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_place_within_a_text_is_found_behind_escapes()
    {
        var json = "{\"é\": \"\\u00e9\\n\\\"{{ x }} \\ud83d\\ude00 {{ y }}\"}";

        var scalar = (YamlScalar)((YamlMapping)JsonTree.Read(Encoding.UTF8.GetBytes(json), new FindingList("x"))!).Find("é")!;

        Assert.Equal(json.IndexOf("{{ x", StringComparison.Ordinal) + 1, scalar.PlaceAt(scalar.Text.IndexOf("{{ x", StringComparison.Ordinal)).Column);
        Assert.Equal(json.IndexOf("{{ y", StringComparison.Ordinal) + 1, scalar.PlaceAt(scalar.Text.IndexOf("{{ y", StringComparison.Ordinal)).Column);
    }

    [Theory]
    [InlineData("[", 200_000, "yaml.depth")]
    [InlineData("{\"a\":", 100_000, "yaml.depth")]
    [InlineData("[1,2],", 120_000, "json.syntax")]
    public void Hostile_JSON_stops_at_its_bound(string piece, int times, string rule)
    {
        var json = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(piece, times)));
        var cost = Cost.Start();
        var findings = new FindingList("x");

        Assert.Null(JsonTree.Read(json, findings));

        cost.Check();
        Assert.Equal(rule, Assert.Single(findings.All).Rule);
    }

    [Fact]
    public void Any_bytes_are_read_without_an_exception() => Gen.Byte.Array[0, 60].Sample(
        bytes => JsonTree.Read([.. "{\"a\": "u8, .. bytes], new FindingList("x")), iter: 5_000, threads: 1);
}
