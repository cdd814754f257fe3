using System.Text.Json.Nodes;
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

    /// <param name="form">The fields that could be read.</param>
    /// <param name="written">The ids of all fields that are written; null when nobody can tell which there are.</param>
    public static Shape Of(Form form, IReadOnlyCollection<string>? written)
    {
        if (written is null)
        {
            return Shape.Unknown;
        }

        // Of two with one id the first counts, and a field before a group.
        var members = new Dictionary<string, Shape>(StringComparer.Ordinal);
        var unread = Unread(form, written);
        foreach (var (id, shape) in form.Fields.Select(Named).Concat(unread))
        {
            members.TryAdd(id, shape);
        }

        foreach (var group in form.Groups)
        {
            members.TryAdd(group.Id, Shape.Of(group.Fields.Select(Named).Concat(unread)));
        }

        return new Shape(members);
    }

    /// <param name="metadata">Null when the block itself is wrong, so that anything could be in it.</param>
    /// <param name="required">The keys that every document has: one that is missing is told already.</param>
    public static Shape Of(JsonObject? metadata, IEnumerable<string> required) => metadata is null
        ? Shape.Unknown
        : Shape.Of(metadata.Select(one => KeyValuePair.Create(one.Key, Shape.Of(one.Value)))
            .Concat(required.Select(key => KeyValuePair.Create(key, Shape.Unknown))));

    /// <summary>A field with mistakes is there all the same: whoever names it makes no second one.</summary>
    private static List<KeyValuePair<string, Shape>> Unread(Form form, IReadOnlyCollection<string> written) =>
        [.. written.Except(form.Fields.Select(field => field.Id)).Select(id => KeyValuePair.Create(id, Shape.Unknown))];

    private static KeyValuePair<string, Shape> Named(FormField field) => KeyValuePair.Create(field.Id, Of(field));

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
