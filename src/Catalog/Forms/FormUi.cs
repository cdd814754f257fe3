using System.Text.Json.Nodes;

namespace Pao.Catalog.Forms;

/// <summary>How a form is shown: what its schema can not say.</summary>
internal static class FormUi
{
    public static JsonObject Of(Form form) => new()
    {
        ["order"] = new JsonArray([.. form.Fields.Select(field => (JsonNode)field.Id)]),
        ["groups"] = new JsonArray([.. form.Groups.Select(Group)]),
        ["fields"] = new JsonObject(form.Fields.Select(field => KeyValuePair.Create(field.Id, (JsonNode?)Field(field)))),
    };

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
        var shown = new JsonObject { ["widget"] = Widget(field) };
        if (field.Placeholder is { } placeholder)
        {
            shown["placeholder"] = placeholder;
        }

        if (field.Description is { } help)
        {
            shown["help"] = help;
        }

        if (field.Options is { } options)
        {
            shown["labels"] = new JsonObject(options.Select(option => KeyValuePair.Create(option.Value, (JsonNode?)option.Label)));
        }

        if (field.Limits.Message is { } message)
        {
            shown["error"] = message;
        }

        return shown;
    }

    private static string Widget(FormField field) => field.Type switch
    {
        FieldType.Textarea => "textarea",
        FieldType.Number => "updown",
        FieldType.Boolean => "checkbox",
        FieldType.Select => "select",
        FieldType.Multiselect => "checkboxes",
        FieldType.Date => "date",
        FieldType.Email => "email",
        _ => "text",
    };
}
