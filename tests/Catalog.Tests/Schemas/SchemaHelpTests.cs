using System.Text.Json.Nodes;

namespace Pao.Catalog.Tests.Schemas;

/// <summary>Editors show what the schemas say of each key.</summary>
public sealed class SchemaHelpTests
{
    public static TheoryData<string> Files() => [.. Directory.EnumerateFiles(SchemaJudge.Schemas, "*.json").Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Files))]
    public void Every_key_has_a_title_and_says_what_it_is(string file)
    {
        var silent = Properties(Read(file), "")
            .Where(one => Values.Text(one.Schema["title"]) is null || Values.Text(one.Schema["description"]) is null)
            .Select(one => one.Path);

        Assert.Empty(silent);
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Every_text_that_is_no_choice_has_an_example(string file)
    {
        var bare = Properties(Read(file), "")
            .Where(one => Values.Text(one.Schema["type"]) is "string" or "integer" or "number"
                && one.Schema["enum"] is null && one.Schema["const"] is null && one.Schema["examples"] is null)
            .Select(one => one.Path);

        Assert.Empty(bare);
    }

    /// <summary>An editor finds what one schema names beside it, wherever the catalog lies.</summary>
    [Theory]
    [MemberData(nameof(Files))]
    public void A_schema_is_named_by_its_file_and_of_draft_07(string file)
    {
        var schema = Read(file);

        Assert.Equal(file, Values.Text(schema["$id"]));
        Assert.Equal("http://json-schema.org/draft-07/schema#", Values.Text(schema["$schema"]));
    }

    private static JsonObject Read(string file) => JsonNode.Parse(File.ReadAllText(Path.Combine(SchemaJudge.Schemas, file)))!.AsObject();

    private static IEnumerable<(string Path, JsonObject Schema)> Properties(JsonNode? node, string path)
    {
        switch (node)
        {
            case JsonObject schema:
                foreach (var (key, child) in schema)
                {
                    var isConditional = key is "if" or "then" or "else" or "allOf" or "anyOf";
                    if (key is "properties" && child is JsonObject properties)
                    {
                        foreach (var (name, property) in properties)
                        {
                            if (property is JsonObject one)
                            {
                                yield return ($"{path}/{name}", one);
                            }
                        }
                    }

                    foreach (var below in isConditional ? [] : Properties(child, $"{path}/{key}"))
                    {
                        yield return below;
                    }
                }

                break;
            case JsonArray items:
                foreach (var below in items.SelectMany((item, index) => Properties(item, $"{path}/{index}")))
                {
                    yield return below;
                }

                break;
            default:
                break;
        }
    }
}
