using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Pao.Catalog.Forms.Files;
using Pao.Catalog.Forms.Patterns;

namespace Pao.Catalog.Forms;

/// <summary>What is wrong with one value of a field, as messages for the person who typed it.</summary>
internal static class FieldRules
{
    /// <summary>Of a list with many wrong values the first ones are told.</summary>
    private const int MostWrongItems = 10;

    /// <param name="today">Null while a document is loaded: limits that say <c>today</c> are then not judged.</param>
    public static IEnumerable<string> Check(FormField field, JsonNode? value, DateOnly? today, MatchingCost matching)
    {
        if (WrongType(field, value) is { } wrong)
        {
            return [wrong];
        }

        var problems = field.Type switch
        {
            FieldType.Number => Number(field.Limits, value!),
            FieldType.Multiselect => Items(field, (JsonArray)value!),
            FieldType.Date => Date(field.Limits, Values.Text(value)!, today),
            FieldType.Boolean => [],
            FieldType.Password => Password(field, Values.Text(value)!, matching),
            FieldType.File => File(field.Limits, Values.Text(value)!),
            _ => Text(field, Values.Text(value)!, matching),
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

    private static IEnumerable<string> Number(FieldLimits limits, JsonNode value)
    {
        var number = Values.Number(value);
        if (number < LeastOf(limits))
        {
            yield return $"must be at least {Invariant(LeastOf(limits))}";
        }

        if (number > MostOf(limits))
        {
            yield return $"must be at most {Invariant(MostOf(limits))}";
        }

        // As a browser reads it: 1.00000000000000000001 is a whole number there, 1e-30 is none.
        if (limits.WholeNumber && Values.Double(value) % 1 != 0)
        {
            yield return "must be a whole number";
        }

        if (limits.Step is { } step && !IsMultiple(Values.Double(value) ?? 0, (double)step))
        {
            yield return $"must be a multiple of {Invariant(step)}";
        }
    }

    /// <summary>As browsers judge it, who have no decimal numbers: 0.1 + 0.2 is a multiple of 0.1.</summary>
    private static bool IsMultiple(double number, double step) => Math.Abs(Math.Round(number / step) - (number / step)) <= 1e-8;

    private static IEnumerable<string> Text(FormField field, string text, MatchingCost matching)
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
            switch (matching.IsMatch(pattern, text))
            {
                case false:
                    yield return $"must match {pattern}";
                    break;
                case null:
                    yield return $"could not be matched with {pattern} in time; use a shorter value";
                    break;
            }
        }

        if (field.Type is FieldType.Email && !EmailAddress.IsOne(text))
        {
            yield return "must be an e-mail address";
        }

        if (field.Options is not null && NotAChoice(field, text) is { } problem)
        {
            yield return problem;
        }
    }

    private static IEnumerable<string> Password(FormField field, string text, MatchingCost matching)
    {
        var length = text.EnumerateRunes().Count();
        var least = PasswordRules.MinLength(field.Limits);
        if (length < least)
        {
            yield return $"must have at least {least} characters";
        }

        if (length > PasswordRules.MaxLength)
        {
            yield return $"must have at most {PasswordRules.MaxLength} characters";
        }

        foreach (var kind in PasswordRules.Kinds(field.Limits).Where(kind => FieldPattern.IsMatch(kind.Pattern, text) is not true))
        {
            yield return $"must have {kind.Name}";
        }

        if (field.Limits.Pattern is { } pattern && matching.IsMatch(pattern, text) is not true)
        {
            yield return $"must match {pattern}";
        }
    }

    private static IEnumerable<string> File(FieldLimits limits, string text)
    {
        if (SubmittedFile.Read(text) is not { } file)
        {
            yield return "must be a file, written as data:<media type>;name=<percent-encoded name>;base64,<content>";
            yield break;
        }

        var most = limits.MaxSize ?? SubmittedFile.MaxBytes;
        if (file.Size > most)
        {
            yield return $"must have at most {most} bytes, not {file.Size}";
        }

        if (!file.IsOneOf(limits.MediaTypes))
        {
            yield return $"must be of the type {string.Join(" or ", limits.MediaTypes)}, not {file.MediaType}";
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

        foreach (var problem in texts.Select(text => NotAChoice(field, text)).OfType<string>().Take(MostWrongItems))
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

    /// <summary>Beyond these, neighbouring whole numbers are the same to a browser.</summary>
    public static decimal LeastOf(FieldLimits limits) => limits.Min ?? -9007199254740991;

    public static decimal MostOf(FieldLimits limits) => limits.Max ?? 9007199254740991;

    public static DateOnly? Limit(string? limit, DateOnly? today) => limit switch
    {
        null => null,
        "today" => today,
        _ => DateOnly.ParseExact(limit, "yyyy-MM-dd", CultureInfo.InvariantCulture),
    };

    private static string Invariant(decimal? number) => number?.ToString(CultureInfo.InvariantCulture) ?? "";
}
