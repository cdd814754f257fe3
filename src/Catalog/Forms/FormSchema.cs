using System.Text.Json.Nodes;

namespace Pao.Catalog.Forms;

/// <summary>
/// A form as JSON Schema 2020-12. Fields with a condition stand in the <c>then</c> of their own <c>if</c>; elsewhere
/// <c>unevaluatedProperties</c> rejects them, as the server does.
/// </summary>
internal static class FormSchema
{
    public static JsonObject Of(Form form)
    {
        var fields = form.Fields.ToDictionary(field => field.Id, StringComparer.Ordinal);
        var today = DateOnly.FromDateTime(form.Clock.GetUtcNow().UtcDateTime);
        var always = form.Fields.Where(field => field.Condition is null).ToList();
        var schema = new JsonObject
        {
            ["$schema"] = "https://json-schema.org/draft/2020-12/schema",
            ["type"] = "object",
            ["properties"] = new JsonObject(always.Select(field => Property(field, today))),
        };
        AddRequired(schema, always);
        var conditional = form.Fields
            .Where(field => field.Condition is not null)
            .Select(JsonNode? (field) => IfThen(field, fields, today))
            .ToArray();
        if (conditional.Length > 0)
        {
            schema["allOf"] = new JsonArray(conditional);

            // Ajv takes what every object inherits ("constructor") for evaluated; names are therefore checked by themselves too.
            schema["propertyNames"] = new JsonObject { ["enum"] = new JsonArray([.. form.Fields.Select(field => (JsonNode)field.Id)]) };
        }

        schema["unevaluatedProperties"] = false;
        return schema;
    }

    private static KeyValuePair<string, JsonNode?> Property(FormField field, DateOnly today) =>
        new(field.Id, FieldSchema.Of(field, today));

    private static void AddRequired(JsonObject schema, IEnumerable<FormField> fields)
    {
        var required = fields.Where(field => field is { Required: true, Default: null }).ToList();
        if (required.Count > 0)
        {
            schema["required"] = new JsonArray([.. required.Select(field => (JsonNode)field.Id)]);
        }
    }

    private static JsonObject IfThen(FormField field, Dictionary<string, FormField> fields, DateOnly today)
    {
        var then = new JsonObject { ["properties"] = new JsonObject([Property(field, today)]) };
        AddRequired(then, [field]);

        // What the field depends on may itself depend on something.
        var conditions = new List<JsonNode>();
        for (var at = field; at.Condition is { } condition; at = fields[condition.DependsOn])
        {
            conditions.Add(If(condition, fields[condition.DependsOn]));
        }

        return new JsonObject
        {
            ["if"] = conditions.Count == 1 ? conditions[0] : new JsonObject { ["allOf"] = new JsonArray([.. conditions]) },
            ["then"] = then,
        };
    }

    /// <summary>A schema that accepts the form's values where the condition holds, defaults counted.</summary>
    private static JsonObject If(FieldCondition condition, FormField other)
    {
        if (condition.Operator is ConditionOperator.Exists)
        {
            return Exists(condition, other);
        }

        var test = new JsonObject { ["properties"] = new JsonObject { [other.Id] = Test(condition) } };
        if (!Conditions.Hold(condition, other.Default))
        {
            test["required"] = new JsonArray(other.Id);
        }

        return test;
    }

    /// <summary>A field with a default always has a value.</summary>
    private static JsonObject Exists(FieldCondition condition, FormField other)
    {
        var exists = other.Default is null ? new JsonObject { ["required"] = new JsonArray(other.Id) } : [];
        return Conditions.WantsValue(condition) ? exists : Not(exists);
    }

    private static JsonObject Test(FieldCondition condition) => condition.Operator switch
    {
        ConditionOperator.Equals => new JsonObject { ["const"] = condition.Value?.DeepClone() },
        ConditionOperator.NotEquals => Not(new JsonObject { ["const"] = condition.Value?.DeepClone() }),
        ConditionOperator.In => new JsonObject { ["enum"] = condition.Value?.DeepClone() },
        ConditionOperator.NotIn => Not(new JsonObject { ["enum"] = condition.Value?.DeepClone() }),
        ConditionOperator.GreaterThan => new JsonObject { ["exclusiveMinimum"] = condition.Value?.DeepClone() },
        ConditionOperator.LessThan => new JsonObject { ["exclusiveMaximum"] = condition.Value?.DeepClone() },
        _ => throw new InvalidOperationException($"{condition.Operator} asks nothing of a value."),
    };

    private static JsonObject Not(JsonObject schema) => new() { ["not"] = schema };
}
