using System.Text.Json.Nodes;

namespace Pao.Catalog;

/// <summary>The values that the templates of one action may name.</summary>
public sealed record TemplateScopes
{
    /// <summary>The form's values by field id. Values of a group may also stand below its id.</summary>
    public JsonObject Fields { get; init; } = [];

    public JsonObject Metadata { get; init; } = [];

    public JsonObject Request { get; init; } = [];

    public JsonObject System { get; init; } = [];

    /// <summary>Outputs of earlier actions: <c>{actionId: {name: value}}</c>.</summary>
    public JsonObject Outputs { get; init; } = [];

    /// <summary>The moment that <c>timestamp()</c> and <c>date()</c> tell.</summary>
    public required DateTimeOffset Now { get; init; }
}
