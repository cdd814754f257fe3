using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;

namespace Pao.Catalog.Authoring.Variables;

/// <summary>What the templates of a document come to with sample values.</summary>
/// <param name="Findings">What is wrong with the document, in its order.</param>
/// <param name="Fields">The form as it was filled in: the fields that apply.</param>
/// <param name="FieldErrors">What is wrong with the values that were given for fields: JSON Pointer to messages.</param>
/// <param name="Templates">Every template, in the document's order; none when the form has errors, or there is no document.</param>
public sealed record VariableReport(
    IReadOnlyList<Finding> Findings,
    IReadOnlyList<SampleField> Fields,
    IReadOnlyDictionary<string, string[]> FieldErrors,
    IReadOnlyList<TestedTemplate> Templates)
{
    internal static VariableReport Of(IReadOnlyList<Finding> findings) => new(findings, [], new Dictionary<string, string[]>(), []);
}

/// <param name="Value">A password as a mark, a file without its content; null when there is none.</param>
public sealed record SampleField(string Id, FieldType Type, JsonNode? Value, ValueSource Source);

/// <summary>One template and what it comes to.</summary>
/// <param name="Component">The component of a bundle that it belongs to.</param>
/// <param name="Mode">Of an item's action: manual or automatic.</param>
/// <param name="Action">The action of an item that it belongs to.</param>
/// <param name="Path">Below the action or component: <c>config.endpoint.url</c> or <c>condition</c>.</param>
/// <param name="Pointer">JSON Pointer in the document.</param>
/// <param name="Line">From 1; null when the document's text is not known.</param>
/// <param name="Column">From 1; null when the document's text is not known.</param>
/// <param name="Template">As it is written.</param>
/// <param name="Value">What it comes to in its place, with references for secrets; null when it has no value, or there is an error.</param>
/// <param name="Error">Why it can not be rendered.</param>
/// <param name="Scopes">What it reads, in the order in which it does.</param>
[SuppressMessage("Naming", "CA1720", Justification = "A JSON Pointer is called so.")]
public sealed record TestedTemplate(
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
    IReadOnlyList<ScopeUse> Scopes);

public sealed record TemplateError(string Message, int? Line, int? Column, string? Suggestion);

/// <param name="Name">Such as <c>fields.name</c>.</param>
/// <param name="Value">Null when it has none; a long one is cut.</param>
public sealed record ScopeUse(string Name, JsonNode? Value, ValueSource Source);

/// <summary>Where a value of a test comes from.</summary>
public enum ValueSource
{
    /// <summary>Who asked for the test gave it.</summary>
    Given,

    /// <summary>The default of the form's field.</summary>
    Default,

    /// <summary>It stands in the document: its metadata, or the metadata of a component's item.</summary>
    Document,

    /// <summary>It was invented for the test.</summary>
    Sample,

    /// <summary>A secret, which is not looked up: its name stands for it.</summary>
    Secret,

    /// <summary>There is none.</summary>
    Missing,
}

/// <summary>What is known for a test; all that is not given is invented. A value that is null is one that is missing.</summary>
public sealed record VariableSamples
{
    /// <summary>As they would be submitted, by field id.</summary>
    public JsonObject Fields { get; init; } = [];

    /// <summary>What templates read as <c>request.x</c>.</summary>
    public JsonObject Request { get; init; } = [];

    /// <summary>What templates read as <c>system.x</c>.</summary>
    public JsonObject System { get; init; } = [];

    /// <summary>What templates read as <c>env.NAME</c>; the environment itself is not read.</summary>
    public JsonObject Env { get; init; } = [];

    /// <summary>What templates read as <c>output.action.name</c>.</summary>
    public JsonObject Outputs { get; init; } = [];

    /// <summary>What templates read as <c>components.id.outputs.name</c>: <c>{id: {"outputs": {name: value}}}</c>.</summary>
    public JsonObject Components { get; init; } = [];
}
