using System.Text.Json.Nodes;
using Pao.Catalog.Documents;
using Pao.Catalog.Forms.Patterns;
using Pao.Catalog.Yaml;

namespace Pao.Catalog.Forms;

/// <summary>Reads one field of a form.</summary>
internal sealed class FieldReader(MappingReader source, MatchingCost matching, FindingList findings)
{
    private const int MaxChoices = 1000;

    private static readonly string[] Types =
        ["string", "textarea", "number", "boolean", "select", "multiselect", "date", "email", "password", "file"];

    private static readonly string[] Operators =
        ["equals", "notEquals", "in", "notIn", "greaterThan", "lessThan", "exists"];

    /// <returns>The field, null when it is not even named or typed, and where its condition stands.</returns>
    public (FormField? Field, Place Condition) Read()
    {
        var before = findings.Errors;
        var id = source.RequiredText("id");
        var name = source.RequiredText("name");
        var type = ReadType();
        var required = source.Flag("required");
        var initial = source.Any("default");
        var description = source.Text("description");
        var placeholder = source.Text("placeholder");
        var options = ReadOptions(type);
        var limits = type is null ? ReadNoLimits() : new FieldLimitsReader(source, type.Value, matching, findings).Read();
        var condition = ReadCondition();
        var conditionPlace = source.PlaceOf("conditional");
        source.Done();
        if (id is null || type is null)
        {
            return (null, conditionPlace);
        }

        var field = new FormField
        {
            Id = id,
            Name = name ?? id,
            Type = type.Value,
            Required = required,
            Default = ToDefault(initial, type.Value),
            Description = description,
            Placeholder = placeholder,
            Options = options,
            Limits = limits,
            Condition = condition,
        };
        if (findings.Errors == before)
        {
            CheckDefault(field);
        }

        return (field, conditionPlace);
    }

    /// <summary>The values of a choice are strings, however they look: <c>default: 16</c> means "16".</summary>
    private static JsonNode? ToDefault(YamlNode? written, FieldType type) =>
        (type, written) is (FieldType.Select, YamlScalar scalar) ? JsonValue.Create(scalar.Text) : written?.ToJson();

    private FieldType? ReadType()
    {
        if (source.Required<YamlScalar>("type") is null || source.Choice("type", Types) is not { } type)
        {
            return null;
        }

        return Enum.Parse<FieldType>(type, ignoreCase: true);
    }

    /// <summary>The type is wrong already: what its limits may be is unknown, so they are not judged.</summary>
    private FieldLimits ReadNoLimits()
    {
        source.Any("validation");
        return new FieldLimits();
    }

    private List<FieldOption>? ReadOptions(FieldType? type)
    {
        var list = source.Optional<YamlSequence>("enum");
        if (list is null)
        {
            if (type is FieldType.Select && source.Mapping.Find("enum") is null)
            {
                source.Missing("enum");
            }

            return null;
        }

        if (type is not null and not (FieldType.Select or FieldType.Multiselect))
        {
            findings.Error("field.enum", list.Place, "Only select and multiselect fields have 'enum'.");
        }

        var options = list.Items.Take(MaxChoices).Select(ReadOption).OfType<FieldOption>().ToList();
        foreach (var twice in options.GroupBy(option => option.Value, StringComparer.Ordinal).Where(same => same.Count() > 1))
        {
            findings.Error("field.duplicate-choice", list.Place, $"The value '{twice.Key}' is in 'enum' twice.");
        }

        if (list.Items.Count is 0 or > MaxChoices)
        {
            findings.Error("schema.value", list.Place, $"'enum' must have 1 to {MaxChoices} values, not {list.Items.Count}.");
        }

        return options;
    }

    private FieldOption? ReadOption(YamlNode node)
    {
        switch (node)
        {
            case YamlScalar { Value: not null } scalar:
                return new FieldOption(scalar.Text, scalar.Text);
            case YamlMapping mapping:
                var option = new MappingReader(mapping, "A choice", findings);
                var value = option.Required<YamlScalar>("value");
                var label = option.Text("label");
                option.Done();
                return value is null ? null : new FieldOption(value.Text, label ?? value.Text);
            default:
                findings.Error("schema.type", node.Place, $"A choice must be a value or {{value, label}}, not {node.Kind}.");
                return null;
        }
    }

    private FieldCondition? ReadCondition()
    {
        if (source.Section("conditional", "'conditional'") is not { } section)
        {
            return null;
        }

        var dependsOn = section.RequiredText("dependsOn");
        section.Required<YamlScalar>("condition");
        var written = section.Choice("condition", Operators);
        var value = section.Any("value");
        section.Done();
        if (dependsOn is null || written is null || !Enum.TryParse<ConditionOperator>(written, ignoreCase: true, out var comparison))
        {
            return null;
        }

        return OperandFits(comparison, value, section) ? new FieldCondition(dependsOn, comparison, value?.ToJson()) : null;
    }

    private bool OperandFits(ConditionOperator comparison, YamlNode? value, MappingReader section)
    {
        var problem = (comparison, value) switch
        {
            (ConditionOperator.Exists, null or YamlScalar { Value: bool }) => null,
            (ConditionOperator.Exists, _) => "'exists' takes true, false or no value.",
            (ConditionOperator.In or ConditionOperator.NotIn, YamlSequence) => null,
            (ConditionOperator.In or ConditionOperator.NotIn, _) => "'in' and 'notIn' take a list as 'value'.",
            (ConditionOperator.GreaterThan or ConditionOperator.LessThan, YamlScalar { Value: long or decimal }) => null,
            (ConditionOperator.GreaterThan or ConditionOperator.LessThan, _) => "'greaterThan' and 'lessThan' take a number as 'value'.",
            (_, YamlScalar) => null,
            _ => "'equals' and 'notEquals' take one value.",
        };
        if (problem is not null && !findings.HasErrorAt(section.PlaceOf("value")))
        {
            findings.Error("field.operand", section.PlaceOf("value"), problem);
        }

        return problem is null;
    }

    private void CheckDefault(FormField field)
    {
        if (field is { Default: not null, Type: FieldType.Password or FieldType.File })
        {
            findings.Error(
                "field.default", source.PlaceOf("default"),
                field.Type is FieldType.Password ? "A password has no default: everybody who reads the catalog would know it." : "A file has no default.");
            return;
        }

        if (field.Default is not JsonNode initial)
        {
            return;
        }

        foreach (var problem in FieldRules.Check(field, initial, today: null, matching))
        {
            findings.Error("field.default", source.PlaceOf("default"), $"The default does not fit the field: {problem}");
        }
    }
}
