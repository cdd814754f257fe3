using Pao.Catalog.Yaml;

namespace Pao.Catalog.Documents;

/// <summary>A condition is an expression; the braces around it may be left out.</summary>
internal static class ConditionText
{
    public const string Opening = "{{ ";

    private const string Closing = " }}";

    /// <returns>A template; null when there is no condition. A boolean is taken as it is.</returns>
    public static string? Read(MappingReader owner, FindingList findings)
    {
        switch (owner.Optional<YamlScalar>("condition"))
        {
            case null:
                return null;
            case { Value: bool flag }:
                return flag ? "{{ true }}" : "{{ false }}";
            case { Value: string text }:
                return text.Contains("{{", StringComparison.Ordinal) ? text : Opening + text + Closing;
            case var other:
                findings.Error("schema.type", other.Place, $"'condition' must be an expression, true or false, not {other.Kind}.");
                return null;
        }
    }
}
