using System.Diagnostics;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Pao.Catalog;
using Pao.Orchestrator.Bundles;

namespace Pao.Orchestrator.Fulfilment;

/// <summary>
/// Everything a fulfilment knows, fixed when the request was accepted: a later change of the catalog never touches it.
/// </summary>
/// <remarks>It is kept in histories, so its JSON form outlives this version of the code.</remarks>
public sealed record FulfilmentInput(
    Guid RequestId,
    PinnedItem Item,
    JsonObject Fields,
    Requester Requester,
    string? Team,
    string CorrelationId,
    DateTimeOffset SubmittedAt)
{
    // Less than the hub takes as one input, with room for the document and all else.
    private const int LongestFields = 5 * 512 * 1024;

    /// <summary>
    /// Why the fields are too long for one request; null when they are not. What is kept in a history is ASCII: there, `&lt;` and all other
    /// letters take six characters each.
    /// </summary>
    public static string? WhyTooLong(JsonObject fields) => fields.ToJsonString().Length is var length && length > LongestFields
        ? $"All fields together take {length} characters as JSON in ASCII, where letters beyond it and some signs are six each; {LongestFields} are taken."
        : null;

    /// <summary>The span that the orchestration belongs under. The hub keeps it beside the input, not in it.</summary>
    [JsonIgnore]
    public ActivityContext? Trace { get; init; }
}

/// <summary>The catalog item, or bundle, of one version, as far as its fulfilment needs it.</summary>
/// <remarks>A bundle has no actions itself: they are those of its components' items.</remarks>
public sealed record PinnedItem(
    string Id, string Version, string Digest, JsonObject Metadata, IReadOnlyList<ActionDefinition> Actions)
{
    /// <summary>Null for an item.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public PinnedBundle? Bundle { get; init; }

    /// <summary>
    /// The ids of each group's fields, by which templates may name them too; null in what was accepted by versions that did not
    /// know.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, IReadOnlyList<string>>? Groups { get; init; }

    /// <summary>What people do where <see cref="Actions"/> cannot be carried out; null when those are what people do.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<ActionDefinition>? ManualActions { get; init; }

    /// <summary>How many actions it takes as the documents say, those of components included.</summary>
    [JsonIgnore]
    public int ActionCount => Bundle?.Components.Sum(component => component.Item.Actions.Count) ?? Actions.Count;

    /// <summary>The team that its document names as owner; null in what was accepted by versions that did not check for one.</summary>
    [JsonIgnore]
    public string? Owner => (string?)Metadata["owner"]?["team"];

    public static PinnedItem From(CatalogItem item) => new(item.Id, item.Version, item.Digest, item.Metadata, item.Actions)
    {
        Groups = item.Form.IdsByGroup,
        ManualActions = item.Mode is FulfillmentMode.Automatic ? item.ManualActions : null,
    };

    public IReadOnlyList<ActionDefinition> ActionsFor(FulfillmentMode mode) =>
        mode is FulfillmentMode.Manual && ManualActions is { } manual ? manual : Actions;

    /// <summary>The bundle, with each component's item in the version that the catalog has now.</summary>
    public static PinnedItem From(CatalogBundle bundle) =>
        new(bundle.Id, bundle.Version, bundle.Digest, bundle.Metadata, [])
        {
            Bundle = PinnedBundle.From(bundle),
            Groups = bundle.Form.IdsByGroup,
        };
}

/// <summary>Who asked.</summary>
public sealed record Requester(string UserId, string? Name, string? Email, IReadOnlyList<string> Teams);
