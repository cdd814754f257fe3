using System.Text.Json.Nodes;

namespace Pao.Catalog.Tests.Forms;

/// <summary>
/// What a random run has judged: of each type right and wrong values, of each operator fields that applied and that did not,
/// with and without a value for them. What did not come up often was not compared.
/// </summary>
internal sealed class Coverage
{
    private const int Often = 5;

    private static readonly string[] Verdicts = ["right", "wrong", "missing"];
    private static readonly string[] Outcomes = ["applies", "does not apply", "does not apply and is sent"];

    private readonly Dictionary<string, int> _counts = new(StringComparer.Ordinal);

    public bool IsEnough => Wanted.All(one => _counts.GetValueOrDefault(one) >= Often);

    private static IEnumerable<string> Wanted =>
    [
        "valid", "invalid", "unknown field",
        .. Enum.GetValues<FieldType>().SelectMany(type => Verdicts.Select(verdict => $"{type} {verdict}")),
        .. Enum.GetValues<ConditionOperator>().SelectMany(comparison => Outcomes.Select(outcome => $"{comparison} {outcome}")),
    ];

    public void Add(Form form, JsonObject input, FormResult result)
    {
        Count(result.IsValid ? "valid" : "invalid");
        if (input.Any(one => form.Fields.All(field => field.Id != one.Key)))
        {
            Count("unknown field");
        }

        foreach (var field in form.Fields)
        {
            var (applies, isSent) = (result.Applicable.Contains(field), input.ContainsKey(field.Id));
            if (applies)
            {
                var isWrong = result.Errors.ContainsKey($"/fields/{field.Id}");
                Count($"{field.Type} {(!isWrong ? isSent ? "right" : "left out" : isSent ? "wrong" : "missing")}");
            }

            if (field.Condition is { } condition)
            {
                Count($"{condition.Operator} {(applies ? "applies" : isSent ? "does not apply and is sent" : "does not apply")}");
            }
        }
    }

    public override string ToString() => string.Join('\n', Wanted.Select(one => $"{one}: {_counts.GetValueOrDefault(one)}"));

    private void Count(string what) => _counts[what] = _counts.GetValueOrDefault(what) + 1;
}
