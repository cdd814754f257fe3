using System.Text.Json.Nodes;

namespace Pao.Catalog.Templates;

/// <summary>Evaluates expressions, strictly: what is not there is an error, never nothing.</summary>
internal sealed class Evaluator(IReadOnlyDictionary<string, JsonNode> scopes, DateTimeOffset now, Budget budget)
{
    private readonly Dictionary<string, JsonNode?> _variables = new(StringComparer.Ordinal);
    private readonly Functions _functions = new(now, budget);

    public Budget Budget => budget;

    /// <summary>Where the innermost loop is; null outside of all.</summary>
    public LoopPosition? Position { get; set; }

    public void Assign(string variable, JsonNode? value) => _variables[variable] = value;

    /// <returns>A node that belongs to the scopes: clone it before it goes anywhere else.</returns>
    public JsonNode? Evaluate(Expr expression) => Evaluate(expression, mayBeMissing: false);

    /// <summary>As Liquid has it: false and nothing are false, all else is true.</summary>
    public bool Holds(Expr expression) => Evaluate(expression) is { } value && Values.Flag(value) is not false;

    public JsonArray List(Expr expression) => Evaluate(expression) is JsonArray items
        ? items
        : throw new TemplateException($"'{expression.Written}' is no list.");

    public int Whole(Expr expression) => Values.Number(Evaluate(expression)) is { } number && number % 1 == 0 && Math.Abs(number) <= int.MaxValue
        ? (int)number
        : throw new TemplateException($"'{expression.Written}' is no whole number.");

    private JsonNode? Evaluate(Expr expression, bool mayBeMissing)
    {
        budget.Step();
        return expression switch
        {
            Literal literal => literal.Value,
            Name name => Find(name, mayBeMissing),
            Member member => Find(member, mayBeMissing),
            Call call => Apply(call),
            Comparison comparison => JsonValue.Create(Compare(comparison)),
            Span span => Numbers(span),
            _ => throw new InvalidOperationException($"No way to evaluate {expression.GetType()}."),
        };
    }

    private JsonNode? Find(Name name, bool mayBeMissing)
    {
        if (_variables.TryGetValue(name.Id, out var value))
        {
            return value ?? Missing(name, mayBeMissing, null);
        }

        if (name.Id is Loop.Position && Position is { } position)
        {
            return position.ToJson();
        }

        return scopes.TryGetValue(name.Id, out var scope)
            ? scope
            : throw new TemplateException(
                $"There is no '{name.Id}'.",
                Nearest.DidYouMean(name.Id, scopes.Keys) ?? $"a path begins with one of {string.Join(", ", scopes.Keys)}");
    }

    private JsonNode? Find(Member member, bool mayBeMissing)
    {
        var target = Evaluate(member.Target, mayBeMissing);
        if (target is null)
        {
            return null;
        }

        var key = Evaluate(member.Key);
        return target switch
        {
            JsonObject properties when Values.Text(key) is { } name =>
                properties[name] ?? Missing(member, mayBeMissing, properties.Select(one => one.Key)),
            JsonArray items when Values.Number(key) is { } index =>
                (index % 1 == 0 && index >= 0 && index < items.Count ? items[(int)index] : null) ?? Missing(member, mayBeMissing, null),
            JsonObject or JsonArray => throw new TemplateException($"'{member.Target.Written}' has no '{member.Key.Written}'."),
            _ => mayBeMissing
                ? null
                : throw new TemplateException($"'{member.Target.Written}' is a plain value: it has no '{Bare(member.Key)}'."),
        };
    }

    private static string Bare(Expr key) => key is Literal literal && Values.Text(literal.Value) is { } text ? text : key.Written;

    private static JsonNode? Missing(Expr expression, bool mayBeMissing, IEnumerable<string>? near)
    {
        if (mayBeMissing)
        {
            return null;
        }

        var known = near?.Take(20).ToList() ?? [];
        var key = expression is Member { Key: Literal literal } ? Values.Text(literal.Value) : null;
        var hint = key is null ? null : Nearest.DidYouMean(key, known.Where(name => name != key));
        var there = known.Count == 0 ? "" : $" What is there: {string.Join(", ", known)}.";
        throw new TemplateException(
            $"'{expression.Written}' has no value.{there}", hint ?? $"where it may be missing, write default({expression.Written}, …)");
    }

    private JsonNode? Apply(Call call) => call.Function switch
    {
        "default" when call.Arguments.Count == 2 =>
            Evaluate(call.Arguments[0], mayBeMissing: true) ?? Evaluate(call.Arguments[1]),
        "coalesce" => Coalesce(call),
        _ => _functions.Apply(call.Function, [.. call.Arguments.Select(Evaluate)]),
    };

    private JsonNode? Coalesce(Call call)
    {
        foreach (var argument in call.Arguments)
        {
            if (Evaluate(argument, mayBeMissing: true) is { } value)
            {
                return value;
            }
        }

        throw new TemplateException($"No argument of '{call.Written}' has a value.");
    }

    private bool Compare(Comparison comparison)
    {
        switch (comparison.Operation)
        {
            case Operation.And:
                return Holds(comparison.Left) && Holds(comparison.Right);
            case Operation.Or:
                return Holds(comparison.Left) || Holds(comparison.Right);
            case Operation.Equal:
                return Values.Same(Evaluate(comparison.Left), Evaluate(comparison.Right));
            case Operation.NotEqual:
                return !Values.Same(Evaluate(comparison.Left), Evaluate(comparison.Right));
            default:
                break;
        }

        var (left, right) = (Evaluate(comparison.Left), Evaluate(comparison.Right));
        return comparison.Operation switch
        {
            Operation.Contains when left is JsonArray items => items.Any(item => Values.Same(item, right)),
            Operation.Contains => Both(left, right, comparison, (a, b) => a.Contains(b, StringComparison.Ordinal)),
            Operation.StartsWith => Both(left, right, comparison, (a, b) => a.StartsWith(b, StringComparison.Ordinal)),
            Operation.EndsWith => Both(left, right, comparison, (a, b) => a.EndsWith(b, StringComparison.Ordinal)),
            Operation.Greater => Order(left, right, comparison) > 0,
            Operation.GreaterOrEqual => Order(left, right, comparison) >= 0,
            Operation.Less => Order(left, right, comparison) < 0,
            _ => Order(left, right, comparison) <= 0,
        };
    }

    private static bool Both(JsonNode? left, JsonNode? right, Comparison comparison, Func<string, string, bool> test) =>
        Values.Text(left) is { } a && Values.Text(right) is { } b
            ? test(a, b)
            : throw new TemplateException($"'{comparison.Written}' compares what are not both texts.");

    private static int Order(JsonNode? left, JsonNode? right, Comparison comparison)
    {
        if (Values.Number(left) is { } a && Values.Number(right) is { } b)
        {
            return a.CompareTo(b);
        }

        return Values.Text(left) is { } x && Values.Text(right) is { } y
            ? string.CompareOrdinal(x, y)
            : throw new TemplateException($"'{comparison.Written}' compares what are neither two numbers nor two texts.");
    }

    private JsonArray Numbers(Span span)
    {
        var (from, to) = (Whole(span.From), Whole(span.To));
        budget.Items((decimal)to - from + 1);
        var numbers = new JsonArray();
        for (var i = from; i <= to; i++)
        {
            numbers.Add(JsonValue.Create(i));
        }

        return numbers;
    }
}
