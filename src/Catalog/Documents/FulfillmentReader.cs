using Pao.Catalog.Yaml;

namespace Pao.Catalog.Documents;

/// <summary>An action and the part of the document that it was read from.</summary>
internal sealed record WrittenAction(ActionDefinition Definition, YamlMapping Source);

internal sealed record Fulfillment(
    FulfillmentMode Mode, IReadOnlyList<WrittenAction> Manual, IReadOnlyList<WrittenAction> Automatic)
{
    public IReadOnlyList<WrittenAction> InForce => Mode is FulfillmentMode.Automatic ? Automatic : Manual;
}

/// <summary>Reads the <c>fulfillment</c> block.</summary>
internal static class FulfillmentReader
{
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
        return mode is null
            ? null
            : new Fulfillment(mode is "automatic" ? FulfillmentMode.Automatic : FulfillmentMode.Manual, manual, automatic);
    }

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

        if (section.Required<YamlSequence>("actions") is { Items.Count: 0 } none)
        {
            findings.Error("schema.value", none.Place, $"'{mode}' must have at least one action.");
        }

        var actions = new ActionReader(findings).Read(section.Mappings("actions", "An action"));
        section.Done();
        return actions;
    }
}
