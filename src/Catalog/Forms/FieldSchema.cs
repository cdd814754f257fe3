using System.Text.Json.Nodes;
using Pao.Catalog.Forms.Files;

namespace Pao.Catalog.Forms;

/// <summary>One field as JSON Schema.</summary>
internal static class FieldSchema
{
    private const string FirstDay = "0001-01-01";

    public static JsonObject Of(FormField field, DateOnly today)
    {
        var schema = new JsonObject { ["type"] = TypeOf(field), ["title"] = field.Name };
        Add(schema, "description", field.Description);
        Add(schema, "default", field.Default?.DeepClone());
        var limits = field.Limits;
        switch (field.Type)
        {
            case FieldType.Number:
                Add(schema, "minimum", FieldRules.LeastOf(limits));
                Add(schema, "maximum", FieldRules.MostOf(limits));
                Add(schema, "multipleOf", limits.Step);
                break;
            case FieldType.Multiselect:
                schema["items"] = Choices(field);
                schema["uniqueItems"] = true;
                Add(schema, "minItems", limits.MinItems);
                Add(schema, "maxItems", limits.MaxItems);
                break;
            case FieldType.Date:
                schema["format"] = "date";
                Add(schema, "formatMinimum", Written(FieldRules.Limit(limits.MinDate, today)) ?? FirstDay);
                Add(schema, "formatMaximum", Written(FieldRules.Limit(limits.MaxDate, today)));
                break;
            case FieldType.Email:
                schema["format"] = "email";
                schema["maxLength"] = EmailAddress.MaxLength;
                break;
            case FieldType.Select:
                Add(schema, "enum", Choices(field)["enum"]?.DeepClone());
                break;
            case FieldType.Password:
                AddPassword(schema, limits);
                break;
            case FieldType.File:
                schema["format"] = "data-url";
                schema["pattern"] = SubmittedFile.PatternOf(limits.MediaTypes);
                schema["maxLength"] = SubmittedFile.LongestValue(limits.MaxSize ?? SubmittedFile.MaxBytes);
                break;
            default:
                Add(schema, "pattern", limits.Pattern);
                Add(schema, "minLength", limits.MinLength);
                Add(schema, "maxLength", limits.MaxLength);
                break;
        }

        return schema;
    }

    private static void AddPassword(JsonObject schema, FieldLimits limits)
    {
        schema["writeOnly"] = true;
        Add(schema, "pattern", limits.Pattern);
        schema["minLength"] = PasswordRules.MinLength(limits);
        schema["maxLength"] = PasswordRules.MaxLength;
        if (PasswordRules.Kinds(limits) is { Count: > 0 } kinds)
        {
            schema["allOf"] = new JsonArray([.. kinds.Select(kind => new JsonObject { ["pattern"] = kind.Pattern })]);
        }
    }

    private static string TypeOf(FormField field) => field.Type switch
    {
        FieldType.Number => field.Limits.WholeNumber ? "integer" : "number",
        FieldType.Boolean => "boolean",
        FieldType.Multiselect => "array",
        _ => "string",
    };

    private static JsonObject Choices(FormField field)
    {
        var schema = new JsonObject { ["type"] = "string" };
        if (field.Options is { } options)
        {
            schema["enum"] = new JsonArray([.. options.Select(option => (JsonNode)option.Value)]);
        }

        return schema;
    }

    private static string? Written(DateOnly? date) => date is { } day ? $"{day:yyyy-MM-dd}" : null;

    private static void Add(JsonObject schema, string keyword, JsonNode? value)
    {
        if (value is not null)
        {
            schema[keyword] = value;
        }
    }
}
