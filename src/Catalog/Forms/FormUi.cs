using System.Text.Json.Nodes;
using Pao.Catalog.Forms.Files;

namespace Pao.Catalog.Forms;

/// <summary>
/// How a form is shown, as a <c>uiSchema</c> of react-jsonschema-form. What that has no word for stands under names that
/// begin with <c>pao:</c>, which it passes over.
/// </summary>
internal static class FormUi
{
    public static JsonObject Of(Form form)
    {
        var ui = new JsonObject
        {
            ["ui:order"] = new JsonArray([.. form.Fields.Select(field => (JsonNode)field.Id)]),
            ["pao:groups"] = new JsonArray([.. form.Groups.Select(Group)]),
        };
        foreach (var field in form.Fields)
        {
            ui[field.Id] = Field(field);
        }

        return ui;
    }

    private static JsonObject Group(FormGroup group)
    {
        var shown = new JsonObject { ["id"] = group.Id, ["name"] = group.Name };
        if (group.Description is { } description)
        {
            shown["description"] = description;
        }

        shown["fields"] = new JsonArray([.. group.Fields.Select(field => (JsonNode)field.Id)]);
        return shown;
    }

    private static JsonObject Field(FormField field)
    {
        var shown = new JsonObject();
        Add(shown, "ui:widget", Widget(field));
        Add(shown, "ui:placeholder", field.Placeholder);
        Add(shown, "ui:help", Help(field));
        if (field.Options is { } options && options.Any(option => option.Label != option.Value))
        {
            shown["ui:enumNames"] = new JsonArray([.. options.Select(option => (JsonNode)option.Label)]);
        }

        if (field.Type is FieldType.File)
        {
            var limits = field.Limits;
            if (limits.MediaTypes.Count > 0)
            {
                shown["ui:options"] = new JsonObject { ["accept"] = string.Join(',', limits.MediaTypes) };
            }

            shown["pao:maxSize"] = limits.MaxSize ?? SubmittedFile.MaxBytes;
        }

        Add(shown, "pao:message", field.Limits.Message);
        return shown;
    }

    /// <summary>A list without choices has no widget of its own: the texts are added one by one.</summary>
    private static string? Widget(FormField field) => field.Type switch
    {
        FieldType.Textarea => "textarea",
        FieldType.Number => "updown",
        FieldType.Boolean => "checkbox",
        FieldType.Select => "select",
        FieldType.Multiselect => field.Options is null ? null : "checkboxes",
        FieldType.Date => "date",
        FieldType.Email => "email",
        FieldType.Password => "password",
        FieldType.File => "file",
        _ => "text",
    };

    /// <summary>What is good to know before one types; the description is in the schema.</summary>
    private static string? Help(FormField field) => field.Limits.Message ?? field.Type switch
    {
        FieldType.Password => PasswordHelp(field.Limits),
        FieldType.File => FileHelp(field.Limits),
        _ => null,
    };

    private static string PasswordHelp(FieldLimits limits) => string.Join(
        ", ", [$"At least {PasswordRules.MinLength(limits)} characters", .. PasswordRules.Kinds(limits).Select(kind => kind.Name)]) + ".";

    private static string FileHelp(FieldLimits limits)
    {
        var most = limits.MaxSize ?? SubmittedFile.MaxBytes;
        var size = most % 1024 == 0 ? $"{most / 1024} KiB" : $"{most} bytes";
        return limits.MediaTypes.Count == 0 ? $"At most {size}." : $"At most {size}; {string.Join(", ", limits.MediaTypes)}.";
    }

    private static void Add(JsonObject shown, string hint, string? value)
    {
        if (value is not null)
        {
            shown[hint] = value;
        }
    }
}
