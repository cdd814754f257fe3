using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Pao.Catalog.Forms;

namespace Pao.Catalog;

/// <summary>What a developer fills in to request an item.</summary>
public sealed record Form(IReadOnlyList<FormGroup> Groups)
{
    public static Form Empty { get; } = new([]);

    /// <summary>All fields in the order they are shown.</summary>
    [JsonIgnore]
    public IEnumerable<FormField> Fields => Groups.SelectMany(group => group.Fields);

    /// <summary>Whether any field is a password, so that what is submitted must not be kept as it comes.</summary>
    [JsonIgnore]
    public bool HasPasswords => Fields.Any(one => one.Type is FieldType.Password);

    /// <summary>Tells <c>today</c> to the limits of date fields.</summary>
    internal TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Checks what was submitted, every field at once, and fills in the defaults.</summary>
    public FormResult Validate(JsonObject submitted) => new FormValidation(this, submitted).Run();

    /// <summary>The ids of each group's fields, by the group's id.</summary>
    [JsonIgnore]
    public IReadOnlyDictionary<string, IReadOnlyList<string>> IdsByGroup =>
        Groups.DistinctBy(group => group.Id).ToDictionary(group => group.Id, group => (IReadOnlyList<string>)[.. group.Fields.Select(one => one.Id)]);

    /// <summary>
    /// Checks corrections of values that were valid before: what is corrected as a submission is, what is kept only for
    /// whether its field still applies; one that does not is left out. A correction without a value takes the field's away.
    /// </summary>
    /// <param name="kept">The values as they were kept.</param>
    /// <param name="corrected">By field id, as they would be submitted.</param>
    public FormResult Correct(JsonObject kept, JsonObject corrected)
    {
        var unchanged = kept.Where(field => !corrected.ContainsKey(field.Key)).Select(field => field.Key).ToHashSet(StringComparer.Ordinal);
        var merged = new JsonObject(kept.Where(field => unchanged.Contains(field.Key))
            .Concat(corrected.Where(field => field.Value is not null))
            .Select(field => KeyValuePair.Create(field.Key, field.Value?.DeepClone())));
        return new FormValidation(this, merged) { Unchanged = unchanged }.Run();
    }

    /// <summary>What <see cref="TemplateScopes.Fields"/> takes.</summary>
    public JsonObject ToScope(JsonObject values) => TemplateScopes.FieldsOf(values, IdsByGroup);

    /// <summary>
    /// The form for machines: <c>schema</c> is JSON Schema 2020-12 and accepts what <see cref="Validate"/> accepts;
    /// <c>ui</c> is a <c>uiSchema</c> as react-jsonschema-form takes it (order, widgets, placeholders, help, labels), with the
    /// groups under <c>pao:groups</c>.
    /// </summary>
    public JsonObject ToJsonSchema() => new()
    {
        ["schema"] = FormSchema.Of(this),
        ["ui"] = FormUi.Of(this),
    };
}

/// <param name="Values">
/// What was submitted and the defaults of the fields that apply. A password is a reference here, a file an object with
/// <c>name</c>, <c>type</c>, <c>size</c> and <c>content</c>.
/// </param>
/// <param name="Errors">JSON Pointer (<c>/fields/name</c>) to messages; empty when the values are valid.</param>
/// <param name="Applicable">The fields that exist for these values, in the order they are shown.</param>
public sealed record FormResult(
    JsonObject Values, IReadOnlyDictionary<string, string[]> Errors, IReadOnlyList<FormField> Applicable)
{
    /// <summary>The passwords, in clear, by the id of their field: for a store that encrypts them, for nothing else.</summary>
    public IReadOnlyDictionary<string, string> Secrets { get; init; } = new Dictionary<string, string>();

    public bool IsValid => Errors.Count == 0;
}

public sealed record FormGroup(string Id, string Name, string? Description, IReadOnlyList<FormField> Fields);
