using System.Text.Json.Nodes;

namespace Pao.EndToEnd.Tests.Fuzz;

/// <summary>One operation of the OpenAPI document.</summary>
/// <param name="Method">Such as <c>GET</c>.</param>
/// <param name="Path">With its parameters in braces.</param>
/// <param name="Parameters">In the path, the query and the headers.</param>
/// <param name="ContentTypes">What it takes; none: it has no body.</param>
/// <param name="Examples">Bodies that the document shows.</param>
/// <param name="Schema">Of a body of JSON, with all references followed; null when it has none.</param>
internal sealed record Operation(
    string Method, string Path, IReadOnlyList<Parameter> Parameters, IReadOnlyList<string> ContentTypes, IReadOnlyList<JsonNode> Examples, JsonObject? Schema)
{
    private const int Depth = 6;

    public string Name => $"{Method} {Path}";

    public static IReadOnlyList<Operation> ReadAll(JsonNode document) =>
    [
        .. from path in document["paths"]!.AsObject()
           from operation in path.Value!.AsObject()
           where operation.Key is "get" or "put" or "post" or "delete" or "patch" or "head" or "options"
           select Read(document, path.Key, operation.Key, operation.Value!.AsObject()),
    ];

    private static Operation Read(JsonNode document, string path, string method, JsonObject operation)
    {
        var content = operation["requestBody"]?["content"]?.AsObject();
        var bodies = content?.Select(one => one.Value).OfType<JsonNode>().ToList() ?? [];
        return new Operation(
            method.ToUpperInvariant(),
            path,
            [.. (operation["parameters"]?.AsArray() ?? []).Select(one => Parameter.Read(Follow(document, one!, Depth)))],
            [.. content?.Select(one => one.Key) ?? []],
            [.. bodies.SelectMany(Shown)],
            bodies.Select(body => body["schema"]).OfType<JsonNode>().Select(schema => Follow(document, schema, Depth)).OfType<JsonObject>().FirstOrDefault());
    }

    private static IEnumerable<JsonNode> Shown(JsonNode body)
    {
        if (body["example"] is { } example)
            yield return example;
        foreach (var (_, one) in body["examples"]?.AsObject() ?? [])
            if (one?["value"] is { } value)
                yield return value;
    }

    private static JsonNode Follow(JsonNode document, JsonNode node, int depth)
    {
        if (node is JsonObject { Count: > 0 } reference && (string?)reference["$ref"] is { } path)
            return depth == 0 ? new JsonObject() : Follow(document, path.Split('/').Skip(1).Aggregate(document, (at, name) => at[name]!), depth - 1);
        return node switch
        {
            JsonObject map => new JsonObject(map.Select(one => KeyValuePair.Create(one.Key, one.Value is null ? null : (JsonNode?)Follow(document, one.Value, depth)))),
            JsonArray list => new JsonArray([.. list.Select(one => one is null ? null : Follow(document, one, depth))]),
            _ => node.DeepClone(),
        };
    }
}

/// <param name="Name">As it is sent.</param>
/// <param name="Place"><c>path</c>, <c>query</c> or <c>header</c>.</param>
/// <param name="Type">Of its schema.</param>
/// <param name="Good">Values that the document names.</param>
internal sealed record Parameter(string Name, string Place, string Type, IReadOnlyList<string> Good)
{
    public static Parameter Read(JsonNode node) => new(
        (string)node["name"]!,
        (string)node["in"]!,
        (string?)node["schema"]?["type"] ?? "string",
        [.. ((JsonNode?[])[node["example"], node["schema"]?["example"], .. node["schema"]?["enum"]?.AsArray() ?? []]).OfType<JsonNode>().Select(one => one.ToString())]);
}
