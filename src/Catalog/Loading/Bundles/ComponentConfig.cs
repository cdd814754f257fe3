using System.Text.Json.Nodes;
using Pao.Catalog.Documents;
using Pao.Catalog.Forms;
using Pao.Catalog.Forms.Patterns;
using Pao.Catalog.Templates;

namespace Pao.Catalog.Loading.Bundles;

/// <summary>Holds the <c>config</c> of a component to the form of its item, as far as it is known before anything is rendered.</summary>
internal sealed class ComponentConfig(
    WrittenComponent component, CatalogItem item, Form bundleForm, MatchingCost matching, FindingList findings)
{
    private readonly Dictionary<string, FormField> _fields = item.Form.Fields.ToDictionary(field => field.Id, StringComparer.Ordinal);

    /// <returns>The values as they are rendered later.</returns>
    public JsonObject Read()
    {
        var config = new JsonObject();
        var given = new Dictionary<string, GivenValue>(StringComparer.Ordinal);
        foreach (var entry in component.Config?.Entries ?? [])
        {
            if (_fields.TryGetValue(entry.Key, out var field))
            {
                var value = GivenValue.Of(field, entry.Value);
                given[entry.Key] = value;
                config[entry.Key] = value.Json?.DeepClone();
                CheckValue(field, value);
            }
            else
            {
                findings.Error(
                    "component.field", entry.KeyPlace, $"The item '{item.Id}' has no field '{entry.Key}'.",
                    Nearest.DidYouMean(entry.Key, _fields.Keys) ?? (_fields.Count == 0 ? "it has none" : $"it has {string.Join(", ", _fields.Keys)}"));
            }
        }

        CheckPresence(new KnownFields(item.Form, given));
        return config;
    }

    private void CheckPresence(KnownFields known)
    {
        foreach (var field in _fields.Values)
        {
            var applies = known.Applies(field);
            if (known.Given(field.Id) is { } value)
            {
                if (applies is false && !value.MayBeLeftOut)
                {
                    findings.Error(
                        "component.value", value.Place, $"The field '{field.Id}' of '{item.Id}' does not apply here.",
                        $"it depends on the value of '{field.Condition?.DependsOn}'");
                }
            }
            else if (applies is true && field is { Required: true, Default: null })
            {
                findings.Error(
                    "component.required", component.PlaceOf("config"), $"The item '{item.Id}' requires the field '{field.Id}'.",
                    $"add '{field.Id}' to 'config'");
            }
        }
    }

    private void CheckValue(FormField field, GivenValue value)
    {
        var isPassword = value.Template is { Whole: { } whole } && TemplateKind.IsPassword(whole, bundleForm);
        if (isPassword != (field.Type is FieldType.Password))
        {
            var (rule, message) = isPassword
                ? ("secret.place", $"'{field.Id}' of '{item.Id}' is no password: what it is given is kept and shown.")
                : ("secret.literal", $"'{field.Id}' of '{item.Id}' is a password, which comes from nowhere but a password of the bundle's form.");
            findings.Error(rule, value.Place, message);
            return;
        }

        if (isPassword)
        {
            return; // nobody knows it here
        }

        var problems = value switch
        {
            { Template: { } template } => Kinds(field, template),
            { IsKnown: true } => FieldRules.Check(field, value.Json, today: null, matching),
            { Json: JsonArray } => FieldRules.WrongType(field, value.Outline) is { } wrong ? [wrong] : [],
            _ => [], // a template that can not be parsed
        };
        foreach (var problem in problems)
        {
            findings.Error("component.value", value.Place, $"The value of '{field.Id}' does not fit the item '{item.Id}': it {problem}.");
        }
    }

    /// <summary>What a template makes is known only when it is rendered, but often of which kind it will be.</summary>
    private IEnumerable<string> Kinds(FormField field, Template template)
    {
        var (kind, what) = TemplateKind.Of(template, bundleForm);
        return kind is null || FieldRules.WrongType(field, TemplateKind.Example(kind.Value)) is not { } wrong
            ? []
            : [$"{wrong}, and {what} is {TemplateKind.Name(kind.Value)}"];
    }
}
