using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Pao.Api.Catalog;
using Pao.Api.Problems;
using Pao.Catalog.Authoring.Variables;

namespace Pao.Api.Authoring;

/// <summary>What is sent to test templates. A value that is null is one that is missing.</summary>
/// <param name="Document">The text of a document, YAML or JSON; or else <c>catalog_item_id</c>.</param>
/// <param name="CatalogItemId">The id of an item or bundle of the catalog; or else <c>document</c>.</param>
/// <param name="Fields">Values of the form, by field id.</param>
/// <param name="Request">What templates read as <c>request.x</c>.</param>
/// <param name="System">What templates read as <c>system.x</c>.</param>
/// <param name="Env">What templates read as <c>env.NAME</c>.</param>
/// <param name="Outputs">What templates read as <c>output.action.name</c>.</param>
/// <param name="Components">What templates read as <c>components.id.outputs.name</c>.</param>
internal sealed record VariableQuestion(
    string? Document,
    string? CatalogItemId,
    JsonObject Fields,
    JsonObject Request,
    JsonObject System,
    JsonObject Env,
    JsonObject Outputs,
    JsonObject Components)
{
    public static ProblemResult? Read(JsonObject body, out VariableQuestion question)
    {
        var members = new MemberReader(body);
        question = new(
            members.Text("document"), members.Text("catalog_item_id"), members.Values("fields"), members.Values("request"), members.Values("system"),
            members.Values("env"), members.Values("outputs"), members.Values("components"));
        members.RequireOne("document", "catalog_item_id");
        members.Done();
        return members.Refusal;
    }

    public VariableSamples Samples() => new()
    {
        Fields = Fields,
        Request = Request,
        System = System,
        Env = Env,
        Outputs = Outputs,
        Components = Components,
    };
}

/// <summary>What the templates of a document come to.</summary>
/// <param name="Valid">Whether the document has no errors, and every template was rendered.</param>
/// <param name="Errors">What is wrong with the document.</param>
/// <param name="Warnings">What its author should look at.</param>
/// <param name="Fields">The form as it was filled in: the fields that apply.</param>
/// <param name="FieldErrors">What is wrong with the values that were sent for fields: JSON Pointer to messages.</param>
/// <param name="Templates">Every template, in the document's order; none when the form has errors, or there is no document.</param>
internal sealed record VariableAnswer(
    bool Valid,
    IReadOnlyList<FindingBody> Errors,
    IReadOnlyList<FindingBody> Warnings,
    IReadOnlyList<FilledField> Fields,
    IReadOnlyDictionary<string, string[]> FieldErrors,
    IReadOnlyList<RenderedTemplate> Templates)
{
    public static VariableAnswer From(VariableReport report)
    {
        var verdict = ValidationAnswer.From(report.Findings);
        return new(
            verdict.Valid && report.FieldErrors.Count == 0 && report.Templates.All(template => template.Error is null),
            verdict.Errors, verdict.Warnings, [.. report.Fields.Select(FilledField.From)], report.FieldErrors,
            [.. report.Templates.Select(RenderedTemplate.From)]);
    }
}

/// <summary>A field and the value that it has for the test.</summary>
/// <param name="Id">As the document has it.</param>
/// <param name="Value">A password reads <c>[redacted]</c>, a file is shown without its content.</param>
/// <param name="Source">given, default, sample (it was invented) or missing.</param>
internal sealed record FilledField(string Id, JsonNode? Value, string Source)
{
    public static FilledField From(SampleField field) => new(field.Id, field.Value, field.Source.ToString().ToLowerInvariant());
}

/// <summary>One template, and what it comes to in the place where it stands.</summary>
/// <param name="Component">Of a bundle: whose it is.</param>
/// <param name="Mode">Of an item: manual or automatic.</param>
/// <param name="Action">Of an item: whose it is.</param>
/// <param name="Path">Below the action or component, such as <c>config.endpoint.url</c>.</param>
/// <param name="Pointer">JSON Pointer in the document.</param>
/// <param name="Line">From 1; absent for a document of the catalog of which there is another version meanwhile.</param>
/// <param name="Column">From 1; absent as the line is.</param>
/// <param name="Template">As it is written.</param>
/// <param name="Value">What it comes to; a secret stays <c>{"$secret": name}</c>.</param>
/// <param name="Error">Why it can not be rendered.</param>
/// <param name="Scopes">What it reads.</param>
[SuppressMessage("Naming", "CA1720", Justification = "A JSON Pointer is called so.")]
internal sealed record RenderedTemplate(
    string? Component,
    string? Mode,
    string? Action,
    string Path,
    string Pointer,
    int? Line,
    int? Column,
    string Template,
    JsonNode? Value,
    TemplateError? Error,
    IReadOnlyList<ReadValue> Scopes)
{
    public static RenderedTemplate From(TestedTemplate tested) => new(
        tested.Component, tested.Mode, tested.Action, tested.Path, tested.Pointer, tested.Line, tested.Column, tested.Template, tested.Value,
        tested.Error, [.. tested.Scopes.Select(ReadValue.From)]);
}

/// <summary>A value that a template reads.</summary>
/// <param name="Name">Such as <c>fields.name</c>.</param>
/// <param name="Value">A long one is cut.</param>
/// <param name="Source">given, default, document, sample (it was invented), secret or missing.</param>
internal sealed record ReadValue(string Name, JsonNode? Value, string Source)
{
    public static ReadValue From(ScopeUse use) => new(use.Name, use.Value, use.Source.ToString().ToLowerInvariant());
}
