using Pao.Catalog.Templates;

namespace Pao.Catalog.Documents;

/// <summary>What templates can name of the scopes that every document has.</summary>
internal static class TemplateShapes
{
    public static Shape Request { get; } = Shape.Of(new Dictionary<string, Shape>
    {
        ["id"] = Shape.Plain,
        ["user"] = Shape.Of(["id", "email", "name", "teams"]),
        ["team"] = Shape.Plain,
        ["submittedAt"] = Shape.Plain,
        ["correlationId"] = Shape.Plain,
    });

    public static Shape System { get; } =
        Shape.Of(["date", "time", "timestamp", "environment", "region", "hostname", "version"]);

    private static readonly Shape File =
        Shape.Of(new[] { "name", "type", "size", "content" }.Select(name => KeyValuePair.Create(name, Shape.Plain)));

    public static Shape Of(Form form)
    {
        var members = new Dictionary<string, Shape>(StringComparer.Ordinal);
        foreach (var group in form.Groups)
        {
            members[group.Id] = Shape.Of(group.Fields.Select(field => KeyValuePair.Create(field.Id, Of(field))));
        }

        foreach (var field in form.Fields)
        {
            members[field.Id] = Of(field);
        }

        return new Shape(members);
    }

    private static Shape Of(FormField field) => new(
        field.Type switch
        {
            FieldType.Multiselect => null,
            FieldType.File => File.Members,
            _ => Shape.Plain.Members,
        },
        MayBeMissing: field.Condition is not null || field is { Required: false, Default: null },
        IsSecret: field.Type is FieldType.Password);
}
