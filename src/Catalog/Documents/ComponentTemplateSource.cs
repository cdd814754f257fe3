using Pao.Catalog.Templates;
using Pao.Catalog.Yaml;

namespace Pao.Catalog.Documents;

/// <summary>One template of a component and where it is written.</summary>
/// <param name="Name">The key that holds it, such as <c>config.tags.0</c>.</param>
internal sealed record ComponentTemplateSource(string Name, string Source, YamlNode Node)
{
    public const string ConditionName = "condition";

    public static IEnumerable<ComponentTemplateSource> Of(WrittenComponent component)
    {
        if (component.Condition is { } condition && component.Source.Find("condition") is { } node)
        {
            yield return new ComponentTemplateSource(ConditionName, condition, node);
        }

        foreach (var template in component.Config is { } config ? In(config, "config") : [])
        {
            yield return template;
        }
    }

    /// <returns>Null when it can not be parsed.</returns>
    public Template? TryParse()
    {
        try
        {
            return Template.Parse(Source);
        }
        catch (TemplateException)
        {
            return null; // who asks so needs what is in it; that it is wrong is reported where templates are checked
        }
    }

    private static IEnumerable<ComponentTemplateSource> In(YamlNode node, string name) => node switch
    {
        YamlMapping mapping => mapping.Entries.SelectMany(entry => In(entry.Value, $"{name}.{entry.Key}")),
        YamlSequence sequence => sequence.Items.SelectMany((item, index) => In(item, $"{name}.{index}")),
        YamlScalar { Value: string source } when Template.HasTags(source) => [new ComponentTemplateSource(name, source, node)],
        _ => [],
    };
}
