using System.Text.Json.Nodes;
using Pao.Catalog;
using Pao.Orchestrator.Bundles;
using Pao.Orchestrator.Fulfilment;

namespace Pao.Orchestrator.Tests.Bundles;

/// <summary>Bundles as the catalog would have them, of items with a field <c>name</c> and actions that send it.</summary>
internal static class TestBundle
{
    public static readonly RetryDefinition Impatient = new(0, null, TimeSpan.FromMilliseconds(1), null);

    public static PinnedItem Sequential(params IReadOnlyList<PinnedComponent> components) =>
        Of(OrchestrationMode.Sequential, components);

    public static PinnedItem Parallel(params IReadOnlyList<PinnedComponent> components) =>
        Of(OrchestrationMode.Parallel, components);

    /// <summary>A component whose item has the one action <c>make</c>.</summary>
    public static PinnedComponent Component(string id, params IReadOnlyList<string> dependsOn) =>
        Component(id, dependsOn, [Action("make")]);

    public static PinnedComponent Component(
        string id, IReadOnlyList<string> dependsOn, IReadOnlyList<ActionDefinition> actions, string name = "{{ fields.name }}",
        string? condition = null, IReadOnlyList<string>? outputs = null) => new(
        new ComponentDefinition(id, new JsonObject { ["name"] = name }, condition, Form),
        new PinnedItem($"item-{id}", "2.1.0", "digest", new JsonObject { ["name"] = $"Item {id}" }, actions),
        dependsOn,
        outputs);

    /// <summary>A group that has the field <c>name</c>.</summary>
    public static IReadOnlyDictionary<string, IReadOnlyList<string>> Group(string id) => new Dictionary<string, IReadOnlyList<string>> { [id] = ["name"] };

    public static ActionDefinition Action(string id, string type = ActionTypes.Webhook) => new(
        id, null, type,
        new JsonObject { ["body"] = new JsonObject { ["template"] = new JsonObject { ["note"] = "{{ fields.name }} by {{ metadata.name }}" } } },
        null, [], Impatient, null, null);

    private static Form Form { get; } = new(
    [
        new FormGroup("main", "Main", null,
        [
            new FormField { Id = "name", Name = "Name", Type = FieldType.String, Required = true, Limits = new FieldLimits { MaxLength = 40 } },
            new FormField { Id = "size", Name = "Size", Type = FieldType.Number, Default = 1 },
        ]),
    ]);

    private static PinnedItem Of(OrchestrationMode mode, IReadOnlyList<PinnedComponent> components) =>
        new("bundle-shop-standard", "1.0.0", "digest", new JsonObject { ["name"] = "Shop" }, [])
        {
            Bundle = new PinnedBundle(mode, components),
        };
}
