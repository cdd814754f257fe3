using Pao.Catalog.Documents;
using Pao.Catalog.Forms.Patterns;
using Pao.Catalog.Yaml;

namespace Pao.Catalog.Forms;

/// <summary>Reads the <c>presentation.form</c> block.</summary>
internal sealed class FormReader(FindingList findings, TimeProvider clock)
{
    private const int MaxGroups = 100;

    /// <summary>Of the whole form.</summary>
    private const int MaxFields = 200;

    /// <summary>A browser finds these in every object, so that a field called so would always seem to be filled in.</summary>
    private static readonly HashSet<string?> InheritedNames =
    [
        "constructor", "hasOwnProperty", "isPrototypeOf", "propertyIsEnumerable", "toLocaleString", "toString", "valueOf",
    ];

    private readonly HashSet<string> _groupIds = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (FormField Field, Place Condition)> _fields = new(StringComparer.Ordinal);

    private readonly HashSet<string> _unread = new(StringComparer.Ordinal);
    private readonly MatchingCost _matching = new();
    private int _written;

    public Form Read(MappingReader document)
    {
        if (document.Section("presentation", "'presentation'") is not { } presentation)
        {
            return Form.Empty;
        }

        var groups = new List<FormGroup>();
        if (presentation.Section("form", "'form'") is { } form)
        {
            if (form.Required<YamlSequence>("groups") is { Items.Count: > MaxGroups } many)
            {
                findings.Error("schema.value", many.Place, $"A form must have at most {MaxGroups} groups, not {many.Items.Count}.");
            }

            groups.AddRange(form.Mappings("groups", "A group").Take(MaxGroups).Select(ReadGroup));
            form.Done();
        }

        presentation.Done();
        new ConditionRules(_fields, _unread, findings).Check();
        return new Form(groups) { Clock = clock };
    }

    private FormGroup ReadGroup(MappingReader group)
    {
        var id = group.RequiredText("id");
        var name = group.RequiredText("name");
        var description = group.Text("description");
        var left = CountFields(group.Required<YamlSequence>("fields"));
        CheckId(id, "group", group, _groupIds.Add(id ?? ""));
        var fields = group.Mappings("fields", "A field").Take(left).Select(ReadField).OfType<FormField>().ToList();
        group.Done();
        return new FormGroup(id ?? "", name ?? "", description, fields);
    }

    /// <returns>How many of them may be read.</returns>
    private int CountFields(YamlSequence? fields)
    {
        var left = Math.Max(0, MaxFields - _written);
        _written += fields?.Items.Count ?? 0;
        if (fields?.Items.Count > left)
        {
            findings.Error("field.count", fields.Place, $"A form has at most {MaxFields} fields; with these it would have {_written}.");
        }

        return left;
    }

    private FormField? ReadField(MappingReader source)
    {
        var (field, condition) = new FieldReader(source, _matching, findings).Read();
        if (field is not null)
        {
            CheckId(field.Id, "field", source, _fields.TryAdd(field.Id, (field, condition)));
        }
        else if (source.Mapping.Find("id") is YamlScalar { Value: string id })
        {
            _unread.Add(id);
        }

        return field;
    }

    private void CheckId(string? id, string what, MappingReader source, bool isNew)
    {
        if (id is not null && !Spelling.IsName(id))
        {
            findings.Error("id.name", source.PlaceOf("id"), $"The {what}'s id '{id}' must be kebab- or camelCase.");
        }
        else if (what is "field" && InheritedNames.Contains(id))
        {
            findings.Error("id.name", source.PlaceOf("id"), $"'{id}' is a name that every object has in a browser.", "choose another id");
        }
        else if (id is not null && !isNew)
        {
            findings.Error("id.duplicate", source.PlaceOf("id"), $"Another {what} has the id '{id}' already.");
        }
    }
}
