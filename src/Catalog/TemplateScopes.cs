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
}
