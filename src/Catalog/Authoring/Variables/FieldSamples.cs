using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Pao.Catalog.Forms;
using Pao.Catalog.Forms.Files;
using Pao.Catalog.Forms.Patterns;

namespace Pao.Catalog.Authoring.Variables;

/// <summary>Invents a value that a field takes, as it would be submitted.</summary>
internal sealed class FieldSamples(DateOnly today)
{
    private const int LongestText = 2000;

    private static readonly string[] Words = ["sample", "Sample", "sample-1", "SAMPLE", "10.0.0.1", "2001:db8::1", "sample.example.com", "a", "1"];
    private static readonly int[] Repetitions = [0, 1, 2, 3, 5, 8, 13, 21, 34, 55];

    private readonly MatchingCost _matching = new();

    /// <returns>Null when nothing that comes to mind fits its rules.</returns>
    public JsonNode? Of(FormField field) =>
        Candidates(field).FirstOrDefault(candidate => !FieldRules.Check(field, candidate, today, _matching).Any());

    private IEnumerable<JsonNode> Candidates(FormField field) => field.Type switch
    {
        FieldType.Number => Numbers(field.Limits).Select(number => (JsonNode)JsonValue.Create(number)),
        FieldType.Boolean => [JsonValue.Create(true)],
        FieldType.Select => (field.Options ?? []).Select(option => (JsonNode)JsonValue.Create(option.Value)),
        FieldType.Multiselect => [List(field)],
        FieldType.Date => Dates(field.Limits).Select(date => (JsonNode)JsonValue.Create(date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture))),
        FieldType.Email => ((string?[])[field.Placeholder, "sample@example.com"]).OfType<string>().Select(text => (JsonNode)JsonValue.Create(text)),
        FieldType.Password => Passwords(field.Limits).Select(text => (JsonNode)JsonValue.Create(text)),
        FieldType.File => [JsonValue.Create(File(field.Limits))],
        _ => Texts(field).Select(text => (JsonNode)JsonValue.Create(text)),
    };

    private static decimal[] Numbers(FieldLimits limits)
    {
        var step = limits.Step ?? 1;
        return [1m, 10m, 0m, limits.Min ?? 0, limits.Max ?? 0, Rounded(limits.Min, step, up: true), Rounded(limits.Max, step, up: false)];
    }

    private static decimal Rounded(decimal? limit, decimal step, bool up)
    {
        try
        {
            var steps = (limit ?? 0) / step;
            return (up ? decimal.Ceiling(steps) : decimal.Floor(steps)) * step;
        }
        catch (OverflowException)
        {
            return 0; // steps too small to be counted
        }
    }

    private static JsonArray List(FormField field)
    {
        var count = Math.Max(field.Limits.MinItems ?? 0, 1);
        var values = field.Options is { } options
            ? options.Select(option => option.Value)
            : Enumerable.Range(1, count).Select(number => string.Create(CultureInfo.InvariantCulture, $"sample-{number}"));
        return new JsonArray([.. values.Take(count).Select(value => (JsonNode)value)]);
    }

    private IEnumerable<DateOnly> Dates(FieldLimits limits) =>
        [today, FieldRules.Limit(limits.MinDate, today) ?? today, FieldRules.Limit(limits.MaxDate, today) ?? today];

    private static IEnumerable<string> Passwords(FieldLimits limits)
    {
        yield return "Sample-passw0rd" + new string('x', Math.Max(0, PasswordRules.MinLength(limits) - 15));
        foreach (var text in OfPattern(limits.Pattern, limits.MinLength))
        {
            yield return text;
        }
    }

    private static string File(FieldLimits limits)
    {
        var type = limits.MediaTypes is [var first, ..] ? first.Replace("*", "x-sample", StringComparison.Ordinal) : "text/plain";
        var content = Encoding.UTF8.GetBytes("sample"[..Math.Min(6, limits.MaxSize ?? SubmittedFile.MaxBytes)]);
        return $"data:{type};name=sample;base64,{Convert.ToBase64String(content)}";
    }

    private static IEnumerable<string> Texts(FormField field)
    {
        var limits = field.Limits;
        var length = Math.Clamp(limits.MinLength ?? 0, 0, LongestText);
        var most = limits.MaxLength ?? LongestText;
        return ((string?[])[field.Placeholder]).OfType<string>()
            .Concat(Words)
            .Append(Filled(Math.Min(Math.Max(length, 6), most)))
            .Concat(OfPattern(limits.Pattern, limits.MinLength));
    }

    private static string Filled(int length) => new StringBuilder().Insert(0, "sample ", (length / 7) + 1).ToString()[..length];

    private static IEnumerable<string> OfPattern(string? pattern, int? minLength) => pattern is null
        ? []
        : Repetitions.Append(minLength ?? 0).Select(more => PatternSample.Of(pattern, more)).OfType<string>();
}
