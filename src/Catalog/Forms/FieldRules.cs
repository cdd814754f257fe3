using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Pao.Catalog.Documents;

namespace Pao.Catalog.Forms;

/// <summary>What is wrong with one value of a field, as messages for the person who typed it.</summary>
internal static class FieldRules
{
    /// <param name="today">Null while a document is loaded: limits that say <c>today</c> are then not judged.</param>
    public static IEnumerable<string> Check(FormField field, JsonNode? value, DateOnly? today)
    {
        if (WrongType(field, value) is { } wrong)
        {
            return [wrong];
        }

        var problems = field.Type switch
        {
            FieldType.Number => Number(field.Limits, Values.Number(value)),
            FieldType.Multiselect => Items(field, (JsonArray)value!),
            FieldType.Date => Date(field.Limits, Values.Text(value)!, today),
            FieldType.Boolean => [],
            _ => Text(field, Values.Text(value)!),
        };
        return field.Limits.Message is { } message && problems.Any() ? [message] : problems;
    }

    public static string? WrongType(FormField field, JsonNode? value)
    {
        var kind = value?.GetValueKind() ?? JsonValueKind.Null;
        var (fits, wanted) = field.Type switch
        {
            FieldType.Number => (kind is JsonValueKind.Number && Values.Number(value) is not null, "a number"),
            FieldType.Boolean => (kind is JsonValueKind.True or JsonValueKind.False, "true or false"),
            FieldType.Multiselect => (value is JsonArray list && list.All(item => Values.Text(item) is not null), "a list of strings"),
            _ => (kind is JsonValueKind.String, "a string"),
        };
        return fits ? null : kind is JsonValueKind.Null
            ? $"must be {wanted}, not null; leave it out instead"
            : $"must be {wanted}";
    }

    private static IEnumerable<string> Number(FieldLimits limits, decimal? number)
    {
        if (number < limits.Min)
        {
            yield return $"must be at least {Invariant(limits.Min)}";
        }

        if (number > limits.Max)
        {
            yield return $"must be at most {Invariant(limits.Max)}";
        }

        if (limits.WholeNumber && number % 1 != 0)
        {
            yield return "must be a whole number";
        }

        if (limits.Step is { } step && number % step != 0)
        {
            yield return $"must be a multiple of {Invariant(step)}";
        }
    }

    private static IEnumerable<string> Text(FormField field, string text)
    {
        var length = text.EnumerateRunes().Count();
        if (length < field.Limits.MinLength)
        {
            yield return $"must have at least {field.Limits.MinLength} characters";
        }

        if (length > field.Limits.MaxLength)
        {
            yield return $"must have at most {field.Limits.MaxLength} characters";
        }

        if (field.Limits.Pattern is { } pattern)
        {
            switch (FieldPattern.IsMatch(pattern, text))
            {
                case false:
                    yield return $"must match {pattern}";
                    break;
                case null:
                    yield return $"could not be matched with {pattern} in time; use a shorter value";
                    break;
            }
        }

        if (field.Type is FieldType.Email && !Spelling.IsEmail(text))
        {
            yield return "must be an e-mail address";
        }

        if (field.Options is not null && NotAChoice(field, text) is { } problem)
        {
            yield return problem;
        }
    }

    private static IEnumerable<string> Items(FormField field, JsonArray items)
    {
        var texts = items.Select(item => Values.Text(item)!).ToList();
        if (texts.Count < field.Limits.MinItems)
        {
            yield return $"must have at least {field.Limits.MinItems} values";
        }

        if (texts.Count > field.Limits.MaxItems)
        {
            yield return $"must have at most {field.Limits.MaxItems} values";
        }

        if (texts.Distinct(StringComparer.Ordinal).Count() != texts.Count)
        {
            yield return "must not hold a value twice";
        }

        foreach (var problem in texts.Select(text => NotAChoice(field, text)).OfType<string>())
        {
            yield return problem;
        }
    }

    private static string? NotAChoice(FormField field, string text)
    {
        if (field.Options is not { } options || options.Any(option => option.Value == text))
        {
            return null;
        }

        var values = options.Select(option => option.Value).ToList();
        var hint = Nearest.DidYouMean(text, values) is { } near ? $" ({near})" : "";
        return $"must be one of {string.Join(", ", values)}{hint}";
    }

    private static IEnumerable<string> Date(FieldLimits limits, string text, DateOnly? today)
    {
        if (!DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date))
        {
            yield return "must be a date such as 2026-01-31";
            yield break;
        }

        if (Limit(limits.MinDate, today) is { } least && date < least)
        {
            yield return $"must not be before {least:yyyy-MM-dd}";
        }

        if (Limit(limits.MaxDate, today) is { } most && date > most)
        {
            yield return $"must not be after {most:yyyy-MM-dd}";
        }
    }

    public static DateOnly? Limit(string? limit, DateOnly? today) => limit switch
    {
        null => null,
        "today" => today,
        _ => DateOnly.ParseExact(limit, "yyyy-MM-dd", CultureInfo.InvariantCulture),
    };

    private static string Invariant(decimal? number) => number?.ToString(CultureInfo.InvariantCulture) ?? "";
}
