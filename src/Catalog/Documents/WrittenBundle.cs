using Pao.Catalog.Yaml;

namespace Pao.Catalog.Documents;

/// <summary>
/// A bundle as its document has it: its items are only named, and every part knows where it stands, because it is judged
/// again with the items of every snapshot.
/// </summary>
/// <param name="Entry">The bundle without its components.</param>
internal sealed record WrittenBundle(CatalogBundle Entry, IReadOnlyList<WrittenComponent> Components);

/// <param name="Id">Empty where the document gives none.</param>
/// <param name="Item">The item's id; null where the document gives none.</param>
/// <param name="Range">Of the item's versions; null means any.</param>
internal sealed record WrittenComponent(
    string Id, string? Item, VersionRange? Range, string? Condition, IReadOnlyList<string>? Outputs, YamlMapping Source)
{
    /// <summary>What it waits for: what its document names, and what its templates refer to.</summary>
    public IReadOnlyList<Dependency> Dependencies { get; init; } = [];

    public YamlMapping? Config => Source.Find("config") as YamlMapping;

    public Place PlaceOf(string key) => Source.Find(key)?.Place ?? Source.Place;
}

/// <param name="On">The id of another component.</param>
/// <param name="Where">The template that refers to its outputs, such as <c>config.url</c>; null when it is in <c>dependsOn</c>.</param>
internal sealed record Dependency(string On, Place Place, string? Where);
