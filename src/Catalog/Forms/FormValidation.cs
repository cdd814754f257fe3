using System.Globalization;
using System.Text.Json.Nodes;
using Pao.Catalog.Forms.Files;
using Pao.Catalog.Forms.Patterns;

namespace Pao.Catalog.Forms;

/// <summary>One check of submitted values against a form: all fields, all errors.</summary>
internal sealed class FormValidation(Form form, JsonObject submitted)
{
    private const int MostDigits = 15;

    /// <summary>Of values that no field takes, the first ones are told.</summary>
    private const int MostUnknown = 100;

    private readonly JsonObject _submitted = OfFields(form, submitted);

    private readonly Dictionary<string, FormField> _fields =
        form.Fields.ToDictionary(field => field.Id, StringComparer.Ordinal);

    private readonly MatchingCost _matching = new();
    private readonly Dictionary<string, string> _secrets = new(StringComparer.Ordinal);
    private readonly Dictionary<string, bool> _applies = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string[]> _errors = new(StringComparer.Ordinal);

    public FormResult Run()
    {
        foreach (var (id, _) in submitted.Where(one => !_fields.ContainsKey(one.Key)).Take(MostUnknown))
        {
            var hint = Nearest.DidYouMean(id, _fields.Keys) is { } near ? $" ({near})" : "";
            Add(id, $"is no field of this form{hint}");
        }

        var today = DateOnly.FromDateTime(form.Clock.GetUtcNow().UtcDateTime);
        var values = new JsonObject();
        foreach (var field in form.Fields)
        {
            if (ValueOf(field, today) is { } value)
            {
                values.Add(field.Id, value);
            }
        }

        return new FormResult(values, _errors, [.. form.Fields.Where(Applies)]) { Secrets = _secrets };
    }

    private JsonNode? ValueOf(FormField field, DateOnly today)
    {
        if (!_submitted.TryGetPropertyValue(field.Id, out var value))
        {
            if (Applies(field) && field is { Required: true, Default: null })
            {
                Add(field.Id, "is required");
            }

            return Applies(field) ? field.Default?.DeepClone() : null;
        }

        if (!Applies(field))
        {
            Add(field.Id, $"does not apply here: {Explain(field)}");
            return null;
        }

        var problems = FieldRules.Check(field, value, today, _matching).ToArray();
        if (problems.Length > 0)
        {
            Add(field.Id, problems);
            return field.Type is FieldType.Password or FieldType.File ? null : value?.DeepClone();
        }

        return Kept(field, value);
    }

    /// <summary>
    /// The values of fields that there are. Numbers with more digits than a browser keeps are what it makes of them, for the
    /// verdict and from there on.
    /// </summary>
    private static JsonObject OfFields(Form form, JsonObject submitted)
    {
        var values = new JsonObject();
        foreach (var field in form.Fields)
        {
            if (submitted.TryGetPropertyValue(field.Id, out var value))
            {
                values[field.Id] = AsBrowsersRead(value);
            }
        }

        return values;
    }

    private static JsonNode? AsBrowsersRead(JsonNode? value) =>
        Values.Double(value) is { } number && double.IsFinite(number) && value!.ToJsonString().Length > MostDigits
            ? JsonNode.Parse(number.ToString("R", CultureInfo.InvariantCulture))
            : value?.DeepClone();

    /// <summary>The value as it goes on from here: a password as a reference, so that no later step can write it down.</summary>
    private JsonNode? Kept(FormField field, JsonNode? value)
    {
        switch (field.Type)
        {
            case FieldType.Password:
                _secrets.Add(field.Id, Values.Text(value)!);
                return FieldSecrets.ReferenceTo(field.Id);
            case FieldType.File:
                return SubmittedFile.Read(Values.Text(value)!)!.ToJson();
            default:
                return value?.DeepClone();
        }
    }

    /// <summary>A field applies when its condition holds, and the field that it asks about applies itself.</summary>
    private bool Applies(FormField field)
    {
        if (field.Condition is not { } condition)
        {
            return true;
        }

        if (!_applies.TryGetValue(field.Id, out var applies))
        {
            var other = _fields[condition.DependsOn];
            applies = Applies(other) && Conditions.Hold(condition, Current(other));
            _applies[field.Id] = applies;
        }

        return applies;
    }

    private JsonNode? Current(FormField field) =>
        _submitted.TryGetPropertyValue(field.Id, out var value) ? value : field.Default;

    private static string Explain(FormField field)
    {
        var condition = field.Condition!;
        return condition.Operator is ConditionOperator.Exists
            ? $"it depends on whether '{condition.DependsOn}' has a value"
            : $"it depends on the value of '{condition.DependsOn}'";
    }

    private void Add(string id, params string[] messages) =>
        _errors[$"/fields/{id.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal)}"] = messages;
}
