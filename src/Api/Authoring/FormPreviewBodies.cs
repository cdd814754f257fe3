using System.Text.Json.Nodes;
using Pao.Api.Catalog;
using Pao.Api.Problems;
using Pao.Catalog;
using Pao.Catalog.Authoring;

namespace Pao.Api.Authoring;

/// <summary>What is sent to preview a form.</summary>
/// <param name="Document">The text of a document, YAML or JSON; or else <c>catalog_item_id</c>.</param>
/// <param name="CatalogItemId">The id of an item or bundle of the catalog; or else <c>document</c>.</param>
/// <param name="Fields">Values of the form, by field id.</param>
internal sealed record FormPreviewQuestion(string? Document, string? CatalogItemId, JsonObject Fields)
{
    public static ProblemResult? Read(JsonObject body, out FormPreviewQuestion question)
    {
        var members = new MemberReader(body);
        question = new(members.Text("document"), members.Text("catalog_item_id"), members.Values("fields"));
        members.RequireOne("document", "catalog_item_id");
        members.Done();
        return members.Refusal;
    }
}

/// <summary>A form as a developer would see it with some values.</summary>
/// <param name="Valid">Whether the document has no errors.</param>
/// <param name="Errors">What is wrong with the document; then there is no form.</param>
/// <param name="Warnings">What its author should look at.</param>
/// <param name="Schema">The form as JSON Schema 2020-12.</param>
/// <param name="Ui">The <c>uiSchema</c> of react-jsonschema-form.</param>
/// <param name="Fields">Those that apply to the values, in the order they are shown.</param>
/// <param name="FieldErrors">What is wrong with the values: JSON Pointer to messages.</param>
internal sealed record FormPreviewAnswer(
    bool Valid,
    IReadOnlyList<FindingBody> Errors,
    IReadOnlyList<FindingBody> Warnings,
    JsonNode? Schema,
    JsonNode? Ui,
    IReadOnlyList<PreviewedField>? Fields,
    IReadOnlyDictionary<string, string[]>? FieldErrors)
{
    public static FormPreviewAnswer From(CheckedDocument document, JsonObject values)
    {
        var verdict = ValidationAnswer.From(document.Findings);
        if (document.Entry?.Form is not { } form)
            return new(verdict.Valid, verdict.Errors, verdict.Warnings, null, null, null, null);

        var published = form.ToJsonSchema();
        var result = form.Validate(values);
        var shown = FieldSecrets.Redact(result.Values);
        return new(
            verdict.Valid, verdict.Errors, verdict.Warnings, published["schema"]?.DeepClone(), published["ui"]?.DeepClone(),
            [.. result.Applicable.Select(field => PreviewedField.From(form, field, values, shown))], result.Errors);
    }
}

/// <summary>A field that applies.</summary>
/// <param name="Id">As the document has it.</param>
/// <param name="Name">What is shown.</param>
/// <param name="Type">As the document has it.</param>
/// <param name="Group">The id of its group.</param>
/// <param name="Required">Whether the document asks for a value.</param>
/// <param name="Missing">Whether a value is required and there is none.</param>
/// <param name="Defaulted">Whether the value is the field's default.</param>
/// <param name="Value">The value; a password reads <c>[redacted]</c>, a file is shown without its content.</param>
internal sealed record PreviewedField(
    string Id, string Name, string Type, string Group, bool Required, bool Missing, bool Defaulted, JsonNode? Value)
{
    public static PreviewedField From(Form form, FormField field, JsonObject values, JsonObject shown)
    {
        var given = values.ContainsKey(field.Id);
        return new(
            field.Id, field.Name, field.Type.ToString().ToLowerInvariant(), form.Groups.First(group => group.Fields.Contains(field)).Id, field.Required,
            Missing: field is { Required: true, Default: null } && !given,
            Defaulted: !given && field.Default is not null,
            shown[field.Id]?.DeepClone());
    }
}
