using System.Text.Json.Nodes;

namespace Pao.Catalog.Tests.Hostile;

/// <summary>Whatever a value holds, HashiCorp's parser reads the same file with that value in it.</summary>
public sealed class HclTests
{
    private const string Template =
        """
        # Asked for by {{ fields.x }} # still a comment
        // {{ fields.x }}
        /* {{ fields.x }}*/ /*{{ fields.x }}
        /{{ fields.x }}*/
        resource "bucket" "main" {
          whole   = {{ fields.x }}
          text    = "{{ fields.x }}"
          within  = "<{{ fields.x }}>"
          twice   = "{{ fields.x }}{{ fields.x }}"
          dollar  = "${{ fields.x }}"
          percent = "%{{ fields.x }}{% if fields.x != '' %}{x}{% endif %}"
          json    = {{ json(fields.x) }}
          list    = [{{ fields.x }}, "b", {{ fields.n }}]
          object  = { {{ fields.key }} = {{ fields.x }}, b = {{ fields.flag }}, c = {{ fields.tree }} }
          tree    = {{ fields.tree }}
          nested  = "${"a ${"<{{ fields.x }}>"} b"}"
          heredoc = <<EOT
        {{ fields.x }}
        <{{ fields.x }}> "{{ fields.x }}"
            indented {{ fields.x }}
        EOT
          flush   = <<-EOT
              first
              {{ fields.x }}
                a {{ fields.x }}
              EOT
          after   = 1
        }

        """;

    [Fact]
    public async Task A_value_is_the_same_in_every_place_and_the_file_too()
    {
        var payloads = Payloads.All;

        var parsed = await Parsers.HclAsync([.. payloads.Select(payload => Prepare.Hcl(Template, Fields(payload)))]);

        Assert.All(payloads.Zip(parsed), one => Assert.True(
            JsonNode.DeepEquals(Expected(Normal(one.First)), Bucket(one.Second)),
            $"{Payloads.Shown(one.First)}: {(Bucket(one.Second) ?? one.Second["error"])?.ToJsonString()}"));
    }

    [Theory]
    [InlineData("name_{{ fields.x }} = 1\n", """{"name_ab-1":1}""")]
    [InlineData("resource \"bucket\" {{ fields.x }} {\n}\n", """{"resource":{"bucket":{"ab-1":[{}]}}}""")]
    [InlineData("resource \"bucket\" \"db-{{ fields.x }}\" {}\n", """{"resource":{"bucket":{"db-ab-1":[{}]}}}""")]
    [InlineData("a = module.{{ fields.x }}.id\n", """{"a":"${module.ab-1.id}"}""")]
    [InlineData("a = 5-{{ fields.n }}\n", """{"a":"${5-5}"}""")]
    [InlineData("a = -{{ fields.n }}\n", """{"a":-5}""")]
    [InlineData("a = [for x in {{ fields.list }} : x]\n", """{"a":"${[for x in [\"ab-1\", \"b\"] : x]}"}""")]
    [InlineData("a = \"{% for x in fields.list %}{{ x }},{% endfor %}\"\n", """{"a":"ab-1,b,"}""")]
    [InlineData("a = \"$${{ fields.x }}\"\n", """{"a":"$$ab-1"}""")]
    [InlineData("a = \"\\\\{{ fields.x }}\"\n", """{"a":"\\ab-1"}""")]
    [InlineData("a = 1 # {{ fields.x }}", """{"a":1}""")]
    public async Task A_plain_value_stands_where_it_can(string template, string json)
    {
        var written = Prepare.Hcl(template, Prepare.Fields(("x", "ab-1"), ("n", 5), ("list", new JsonArray("ab-1", "b"))));

        var parsed = Assert.Single(await Parsers.HclAsync([written]));

        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(json), parsed["value"]), parsed.ToJsonString());
    }

    [Theory]
    [InlineData("name_{{ fields.x }} = 1\n", "stands in a name of HCL")]
    [InlineData("a = module.{{ fields.x }}.id\n", "stands in a name of HCL")]
    [InlineData("resource \"bucket\" {{ fields.x }} {\n}\n", "stands in a name of HCL")]
    [InlineData("resource \"bucket\" \"db-{{ fields.x }}\" {}\n", "stands in a name of HCL")]
    [InlineData("{{ fields.x }} = 1\n", "can not be the name of an attribute")]
    [InlineData("locals {\n  {{ fields.x }} = 1\n}\n", "can not be the name of an attribute")]
    [InlineData("a = {{ fields.x }}b\n", "touches what stands beside it")]
    [InlineData("a = 5{{ fields.x }}\n", "touches what stands beside it")]
    [InlineData("a = {{ fields.x }}{{ fields.x }}\n", "touches what stands beside it")]
    [InlineData("a = \"b\"{{ fields.x }}\n", "touches what stands beside it")]
    [InlineData("a = \"\\{{ fields.x }}\"\n", "can not follow a single backslash")]
    [InlineData("a = <<{{ fields.x }}\nb\nEOT\n", "can not be the name that ends a heredoc")]
    [InlineData("a = <<EOT\n${{ fields.x }}\nEOT\n", "can not follow a '$'")]
    [InlineData("a = <<EOT\n{{ fields.x }}\n", "ends within the heredoc 'EOT'")]
    [InlineData("a = \"{{ fields.x }}\n", "ends on its line")]
    [InlineData("a = [{{ fields.x }}\n", "ends before a ']'")]
    [InlineData("a = [{{ fields.x }})\n", "')' that closes nothing")]
    [InlineData("/* {{ fields.x }}", "ends within a comment")]
    [InlineData("a = {{ secrets.x }}\n", "does not belong in a Terraform file")]
    public void A_value_that_does_not_fit_its_place_is_an_error(string template, string says) =>
        Assert.Contains(says, Prepare.Fails(() => Prepare.Hcl(template, Prepare.Fields(("x", "a\" = ${b}")))), StringComparison.Ordinal);

    [Theory]
    [InlineData("a = \"%{{ fields.x }}{ if true }b%{ endif }\"\n")]
    [InlineData("a = \"${{ fields.x }}{var.b}\"\n")]
    public void An_empty_value_lets_no_interpolation_begin(string template) => Assert.Contains(
        "an interpolation would begin", Prepare.Fails(() => Prepare.Hcl(template, Prepare.Fields(("x", "")))), StringComparison.Ordinal);

    private static JsonObject Fields(string value) => Prepare.Fields(
        ("x", value), ("key", value.Length == 0 ? "k" : "k" + value), ("n", 5), ("flag", true),
        ("tree", new JsonObject { ["k" + value] = new JsonArray(value, null, new JsonObject { ["in"] = value }) }));

    private static JsonNode? Bucket(JsonNode parsed) => parsed["value"]?["resource"]?["bucket"]?["main"]?[0];

    /// <summary>Terraform's texts are in Unicode's normal form C, which .NET has not without cultures.</summary>
    private static string Normal(string text) => text.Replace("e\u0301", "\u00E9", StringComparison.Ordinal);

    private static JsonObject Expected(string x)
    {
        var json = Encoded(System.Text.Json.JsonSerializer.Serialize(x, Relaxed));
        var value = Encoded(x);
        var tree = new JsonObject { [Encoded("k" + x)] = new JsonArray(value, null, new JsonObject { ["in"] = value }) };
        return new JsonObject
        {
            ["whole"] = value,
            ["text"] = value,
            ["within"] = $"<{value}>",
            ["twice"] = Encoded(x + x),
            ["dollar"] = Encoded("$" + x),
            ["percent"] = Encoded(x.Length == 0 ? "%" : "%" + x + "{x}"),
            ["json"] = json,
            ["list"] = new JsonArray(value, "b", 5),
            ["object"] = new JsonObject { [Encoded(x.Length == 0 ? "k" : "k" + x)] = value, ["b"] = true, ["c"] = tree.DeepClone() },
            ["tree"] = tree,
            ["nested"] = $"a <{value}> b",
            ["heredoc"] = $"{value}\n<{value}> \"{value}\"\n    indented {value}\n",
            ["flush"] = $"first\n{value}\n  a {value}\n",
            ["after"] = 1,
        };
    }

    private static readonly System.Text.Json.JsonSerializerOptions Relaxed =
        new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>In JSON that Terraform reads, texts are templates, too.</summary>
    private static string Encoded(string text) =>
        text.Replace("${", "$${", StringComparison.Ordinal).Replace("%{", "%%{", StringComparison.Ordinal);
}
