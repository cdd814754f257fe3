using System.Collections.Frozen;
using System.Text.Json.Nodes;

namespace Pao.Catalog;

/// <summary>The values that the templates of one action, or of one component of a bundle, may name.</summary>
public sealed record TemplateScopes
{
    /// <summary>The form's values by field id. Values of a group may also stand below its id.</summary>
    public JsonObject Fields { get; init; } = [];

    public JsonObject Metadata { get; init; } = [];

    public JsonObject Request { get; init; } = [];

    public JsonObject System { get; init; } = [];

    /// <summary>Outputs of earlier actions: <c>{actionId: {name: value}}</c>.</summary>
    public JsonObject Outputs { get; init; } = [];

    /// <summary>For components of a bundle: <c>{componentId: {"outputs": {name: value}}}</c>; one that was skipped has none.</summary>
    public JsonObject Components { get; init; } = [];

    /// <summary>For components of a bundle: the metadata of the component's item.</summary>
    public JsonObject Item { get; init; } = [];

    /// <summary>For components of a bundle: the bundle's metadata, which is also <see cref="Metadata"/>.</summary>
    public JsonObject Bundle { get; init; } = [];

    /// <summary>The moment that <c>timestamp()</c> and <c>date()</c> tell.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>
    /// What <see cref="Fields"/> takes: each value by its field's id, and again below its group's id, unless a field has that id
    /// itself.
    /// </summary>
    /// <param name="values">The values of a form, by field.</param>
    /// <param name="groups">The ids of each group's fields, by the group's id; null where nobody knows them.</param>
    public static JsonObject FieldsOf(JsonObject values, IReadOnlyDictionary<string, IReadOnlyList<string>>? groups)
    {
        var scope = new JsonObject((groups ?? FrozenDictionary<string, IReadOnlyList<string>>.Empty).Select(group => KeyValuePair.Create(group.Key, (JsonNode?)In(group.Value, values))));
        foreach (var (id, value) in values)
        {
            scope[id] = value?.DeepClone();
        }

        return scope;
    }

    private static JsonObject In(IEnumerable<string> ids, JsonObject values) =>
        new(ids.Where(values.ContainsKey).Select(id => KeyValuePair.Create(id, values[id]?.DeepClone())));
}
