using System.Globalization;
using System.Text.RegularExpressions;
using Pao.Catalog.Documents;
using Pao.Catalog.Forms.Files;
using Pao.Catalog.Forms.Patterns;
using Pao.Catalog.Yaml;

namespace Pao.Catalog.Forms;

/// <summary>Reads a field's <c>validation</c> block: each type has its own keys.</summary>
internal sealed partial class FieldLimitsReader(
    MappingReader field, FieldType type, MatchingCost matching, FindingList findings)
{
    public FieldLimits Read()
    {
        if (field.Section("validation", $"The validation of a field of type '{type.ToString().ToLowerInvariant()}'") is not { } section)
        {
            return new FieldLimits();
        }

        var limits = ReadKeys(section) with { Message = section.Text("message") };
        section.Done();
        CheckOrder(section, limits);
        return limits;
    }

    private FieldLimits ReadKeys(MappingReader section) => type switch
    {
        FieldType.String or FieldType.Textarea => new FieldLimits
        {
            Pattern = ReadPattern(section),
            MinLength = section.Integer("minLength", 0, 1_000_000),
            MaxLength = section.Integer("maxLength", 0, 1_000_000),
        },
        FieldType.Number => new FieldLimits
        {
            Min = section.Number("min"),
            Max = section.Number("max"),
            Step = ReadStep(section),
            WholeNumber = section.Flag("integer"),
        },
        FieldType.Password => new FieldLimits
        {
            Pattern = ReadPattern(section),
            MinLength = section.Integer("minLength", 1, PasswordRules.MaxLength),
            Strength = Enum.TryParse<PasswordStrength>(
                section.Choice("strength", PasswordRules.Strengths), ignoreCase: true, out var strength) ? strength : null,
        },
        FieldType.File => new FieldLimits
        {
            MaxSize = section.Integer("maxSize", 1, SubmittedFile.MaxBytes),
            MediaTypes = ReadMediaTypes(section),
        },
        FieldType.Multiselect => new FieldLimits
        {
            MinItems = section.Integer("minItems", 0, 10_000),
            MaxItems = section.Integer("maxItems", 0, 10_000),
        },
        FieldType.Date => new FieldLimits { MinDate = ReadDate(section, "min"), MaxDate = ReadDate(section, "max") },
        _ => new FieldLimits(),
    };

    private string? ReadPattern(MappingReader section)
    {
        var pattern = section.Text("pattern");
        if (pattern is not null && matching.Problem(pattern) is { } problem)
        {
            findings.Error("field.pattern", section.PlaceOf("pattern"), $"The pattern is no regular expression: {problem}");
            return null;
        }

        return pattern;
    }

    private IReadOnlyList<string> ReadMediaTypes(MappingReader section)
    {
        foreach (var item in (section.Mapping.Find("types") as YamlSequence)?.Items ?? [])
        {
            if (item is YamlScalar { Value: string type } && !MediaType().IsMatch(type))
            {
                findings.Error(
                    "schema.value", item.Place, $"'{type}' is no media type.", "write for example application/pdf or image/*, in lower case");
            }
        }

        return section.Texts("types");
    }

    private decimal? ReadStep(MappingReader section)
    {
        var step = section.Number("step");
        if (step <= 0)
        {
            findings.Error("schema.value", section.PlaceOf("step"), "'step' must be greater than 0.");
            return null;
        }

        return step;
    }

    private string? ReadDate(MappingReader section, string key)
    {
        var text = section.Text(key);
        if (text is null or "today"
            || DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _))
        {
            return text;
        }

        findings.Error("schema.value", section.PlaceOf(key), $"'{key}' must be a date such as 2026-01-31, or today.");
        return null;
    }

    private void CheckOrder(MappingReader section, FieldLimits limits)
    {
        if (limits.MinLength > limits.MaxLength || limits.Min > limits.Max || limits.MinItems > limits.MaxItems
            || (limits is { MinDate: not null and not "today", MaxDate: not null and not "today" }
                && string.CompareOrdinal(limits.MinDate, limits.MaxDate) > 0))
        {
            findings.Error("field.limits", section.Place, "The least that is allowed is more than the most.");
        }
    }

    [GeneratedRegex(@"^[a-z0-9][a-z0-9.+-]{0,62}/(\*|[a-z0-9][a-z0-9.+-]{0,62})\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex MediaType();
}
