using Pao.Catalog.Yaml;

namespace Pao.Catalog.Documents;

/// <summary>An action and the part of the document that it was read from.</summary>
internal sealed record WrittenAction(ActionDefinition Definition, YamlMapping Source)
{
    /// <summary>
    /// False when it can not be told what the action is called or runs after: what templates name of it is then not judged.
    /// </summary>
    public bool IsNamed { get; init; } = true;
}

/// <param name="Mode">Null when the document does not say which, which is told.</param>
internal sealed record Fulfillment(
    FulfillmentMode? Mode, IReadOnlyList<WrittenAction> Manual, IReadOnlyList<WrittenAction> Automatic);

/// <summary>Reads the <c>fulfillment</c> block.</summary>
internal static class FulfillmentReader
{
    private const int MaxActions = 100;

    public static Fulfillment? Read(MappingReader document, FindingList findings)
    {
        if (document.RequiredSection("fulfillment", "'fulfillment'") is not { } section)
        {
            return null;
        }

        string? mode = null;
        if (section.RequiredSection("strategy", "'strategy'") is { } strategy)
        {
            mode = strategy.Required<YamlScalar>("mode") is null ? null : strategy.Choice("mode", ["manual", "automatic"]);
            strategy.Done();
        }

        var manual = ReadActions(section, "manual", required: true, findings);
        var automatic = ReadActions(section, "automatic", required: mode is "automatic", findings);
        section.Done();
        return new Fulfillment(ModeOf(mode), manual, automatic);
    }

    private static FulfillmentMode? ModeOf(string? mode) => mode switch
    {
        "automatic" => FulfillmentMode.Automatic,
        "manual" => FulfillmentMode.Manual,
        _ => null,
    };

    private static IReadOnlyList<WrittenAction> ReadActions(
        MappingReader fulfillment, string mode, bool required, FindingList findings)
    {
        var section = required
            ? fulfillment.RequiredSection(mode, $"'{mode}'")
            : fulfillment.Section(mode, $"'{mode}'");
        if (section is null)
        {
            return [];
        }

        var written = section.Required<YamlSequence>("actions");
        if (written is { Items.Count: 0 or > MaxActions })
        {
            findings.Error("schema.value", written.Place, $"'{mode}' must have 1 to {MaxActions} actions, not {written.Items.Count}.");
        }

        var actions = new ActionReader(findings).Read(section.Mappings("actions", "An action").Take(MaxActions));
        section.Done();
        return actions.Count == written?.Items.Count ? actions : [.. actions.Select(action => action with { IsNamed = false })];
    }
}
