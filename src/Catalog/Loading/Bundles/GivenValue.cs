using System.Text.Json.Nodes;
using Pao.Catalog.Templates;
using Pao.Catalog.Yaml;

namespace Pao.Catalog.Loading.Bundles;

/// <summary>What a component's <c>config</c> gives for one field of the item.</summary>
/// <param name="Json">The value; a string with tags is a template.</param>
/// <param name="Template">The template that is the whole value; null when it is none, or can not be parsed.</param>
/// <param name="IsKnown">There is no template in it.</param>
internal sealed record GivenValue(Place Place, JsonNode? Json, Template? Template, bool IsKnown)
{
    /// <summary>A template that is one expression may come to nothing, and its field is left out then.</summary>
    public bool MayBeLeftOut => Template?.Whole is not null;

    /// <summary>The value with texts in place of templates: of the right type when the value is.</summary>
    public JsonNode? Outline => Json is JsonArray items
        ? new JsonArray([.. items.Select(item => IsTemplate(item) ? "" : item?.DeepClone())])
        : Json;

    public static GivenValue Of(FormField field, YamlNode written)
    {
        if (written is YamlScalar { Value: string source } && Template.HasTags(source))
        {
            return new GivenValue(written.Place, JsonValue.Create(source), Parse(source), IsKnown: false);
        }

        // The values of a choice are strings, however they look: 16 means "16".
        var json = (field.Type, written) is (FieldType.Select, YamlScalar { Value: not null } scalar)
            ? JsonValue.Create(scalar.Text)
            : written.ToJson();
        return new GivenValue(written.Place, json, null, IsKnown: json is not JsonArray items || !items.Any(IsTemplate));
    }

    private static bool IsTemplate(JsonNode? node) => Values.Text(node) is { } text && Template.HasTags(text);

    private static Template? Parse(string source)
    {
        try
        {
            return Template.Parse(source);
        }
        catch (TemplateException)
        {
            return null; // reported with the templates
        }
    }
}
