namespace Pao.Catalog;

/// <summary>One service, fulfilled by actions.</summary>
public sealed record CatalogItem : CatalogEntry
{
    public required FulfillmentMode Mode { get; init; }

    public required IReadOnlyList<ActionDefinition> ManualActions { get; init; }

    public IReadOnlyList<ActionDefinition> AutomaticActions { get; init; } = [];

    /// <summary>The actions of the mode in force.</summary>
    public IReadOnlyList<ActionDefinition> Actions =>
        Mode is FulfillmentMode.Automatic ? AutomaticActions : ManualActions;
}
