using System.Text.Json.Nodes;

namespace Pao.Catalog.Templates;

/// <summary>An expression as PAO evaluates it: Fluid parses, these decide.</summary>
internal abstract record Expr
{
    private const int Longest = 200;

    private string? _written;

    /// <summary>The expression as an author would write it, for messages: once, as loops ask for it each time.</summary>
    public string Written => _written ??= Write() is var text && text.Length <= Longest ? text : text[..Longest] + "…";

    protected abstract string Write();
}

internal sealed record Literal(JsonNode? Value) : Expr
{
    protected override string Write() => Values.Text(Value) is { } text ? $"'{text}'" : Value?.ToJsonString() ?? "nil";
}

/// <summary>A scope, or a variable of a loop or an assignment.</summary>
internal sealed record Name(string Id) : Expr
{
    protected override string Write() => Id;
}

internal sealed record Member(Expr Target, Expr Key) : Expr
{
    protected override string Write() =>
        Key is Literal { Value: { } value } && Values.Text(value) is { } key ? $"{Target.Written}.{key}" : $"{Target.Written}[{Key.Written}]";
}

/// <summary>A function; <c>x | f: y</c> is <c>f(x, y)</c>.</summary>
internal sealed record Call(string Function, IReadOnlyList<Expr> Arguments) : Expr
{
    protected override string Write() => $"{Function}({string.Join(", ", Arguments.Select(argument => argument.Written))})";
}

internal sealed record Comparison(Operation Operation, Expr Left, Expr Right) : Expr
{
    protected override string Write() => $"{Left.Written} {Operation} {Right.Written}";
}

internal sealed record Span(Expr From, Expr To) : Expr
{
    protected override string Write() => $"({From.Written}..{To.Written})";
}

internal enum Operation
{
    And,
    Or,
    Equal,
    NotEqual,
    Greater,
    GreaterOrEqual,
    Less,
    LessOrEqual,
    Contains,
    StartsWith,
    EndsWith,
}
