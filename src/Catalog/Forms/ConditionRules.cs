using System.Text.Json.Nodes;
using Pao.Catalog.Yaml;

namespace Pao.Catalog.Forms;

/// <summary>Holds the <c>conditional</c> of every field to what the form has.</summary>
internal sealed class ConditionRules(
    IReadOnlyDictionary<string, (FormField Field, Place Place)> fields, IReadOnlySet<string> unread, FindingList findings)
{
    public void Check()
    {
        foreach (var (field, place) in fields.Values)
        {
            if (field.Condition is { } condition && !unread.Contains(condition.DependsOn))
            {
                Check(field, condition, place);
            }
        }
    }

    private void Check(FormField field, FieldCondition condition, Place place)
    {
        if (!fields.TryGetValue(condition.DependsOn, out var other))
        {
            findings.Error(
                "field.depends-on", place, $"'{field.Id}' depends on '{condition.DependsOn}', which is no field of this form.",
                Nearest.DidYouMean(condition.DependsOn, fields.Keys));
        }
        else if (DependsOnItself(field.Id, condition))
        {
            findings.Error("field.depends-on", place, $"'{field.Id}' depends on itself.");
        }
        else if (Problem(condition, other.Field) is { } problem)
        {
            findings.Error("field.conditional", place, problem);
        }
    }

    private bool DependsOnItself(string id, FieldCondition? condition)
    {
        for (var steps = 0; condition is not null && steps <= fields.Count; steps++)
        {
            if (condition.DependsOn == id)
            {
                return true;
            }

            condition = fields.TryGetValue(condition.DependsOn, out var next) ? next.Field.Condition : null;
        }

        return false;
    }

    private static string? Problem(FieldCondition condition, FormField other)
    {
        if (condition.Operator is ConditionOperator.Exists)
        {
            return null;
        }

        if (other.Type is FieldType.Multiselect or FieldType.Password or FieldType.File)
        {
            var reason = other.Type switch
            {
                FieldType.Multiselect => "holds several values",
                FieldType.Password => "is a password",
                _ => "is a file",
            };
            return $"'{other.Id}' {reason}: only 'exists' can be asked of it.";
        }

        if (condition.Operator is ConditionOperator.GreaterThan or ConditionOperator.LessThan)
        {
            return other.Type is FieldType.Number ? null : $"'{other.Id}' is no number: it is neither greater nor less.";
        }

        if (condition.Value is JsonArray { Count: 0 })
        {
            return "An empty list leaves nothing to compare with.";
        }

        var values = condition.Value is JsonArray list ? list.ToList() : [condition.Value];
        foreach (var value in values)
        {
            if (Wrong(other, value) is { } problem)
            {
                return $"'{other.Id}' never has the value {value?.ToJsonString() ?? "null"}: it {problem}.";
            }
        }

        return null;
    }

    /// <summary>A choice that is not there, perhaps no longer, would make a field that nobody ever sees.</summary>
    private static string? Wrong(FormField other, JsonNode? value) => FieldRules.WrongType(other, value)
        ?? (other.Type is FieldType.Select ? FieldRules.NotAChoice(other, Values.Text(value)!) : null);
}
