using System.Text.Json.Nodes;

namespace Pao.Catalog.Templates;

/// <summary>What is known, before anything runs, about the value that a path leads to.</summary>
/// <param name="Members">What can follow; null when anything can.</param>
/// <param name="MayBeMissing">The value can be absent when the template is rendered.</param>
/// <param name="IsSecret">It is a secret: a template can put it somewhere, and do nothing else with it.</param>
internal sealed record Shape(IReadOnlyDictionary<string, Shape>? Members, bool MayBeMissing = false, bool IsSecret = false)
{
    public static Shape Unknown { get; } = new((IReadOnlyDictionary<string, Shape>?)null);

    public static Shape Plain { get; } = new(new Dictionary<string, Shape>());

    public static Shape Of(IEnumerable<KeyValuePair<string, Shape>> members) =>
        new(members.DistinctBy(member => member.Key).ToDictionary(StringComparer.Ordinal));

    public static Shape Of(IEnumerable<string> names) => Of(names.Select(name => KeyValuePair.Create(name, Unknown)));

    public static Shape Of(JsonNode? value) => value switch
    {
        JsonObject properties => Of(properties.Select(one => KeyValuePair.Create(one.Key, Of(one.Value)))),
        JsonArray => Unknown,
        _ => Plain,
    };
}
