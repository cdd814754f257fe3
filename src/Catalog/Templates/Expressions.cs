using System.Text.Json.Nodes;

namespace Pao.Catalog.Templates;

/// <summary>An expression as PAO evaluates it: Fluid parses, these decide.</summary>
internal abstract record Expr
{
    /// <summary>The expression as an author would write it, for messages.</summary>
    public abstract string Written { get; }
}

internal sealed record Literal(JsonNode? Value) : Expr
{
    public override string Written => Values.Text(Value) is { } text ? $"'{text}'" : Value?.ToJsonString() ?? "nil";
}

/// <summary>A scope, or a variable of a loop or an assignment.</summary>
internal sealed record Name(string Id) : Expr
{
    public override string Written => Id;
}

internal sealed record Member(Expr Target, Expr Key) : Expr
{
    public override string Written =>
        Key is Literal { Value: { } value } && Values.Text(value) is { } key ? $"{Target.Written}.{key}" : $"{Target.Written}[{Key.Written}]";
}

/// <summary>A function; <c>x | f: y</c> is <c>f(x, y)</c>.</summary>
internal sealed record Call(string Function, IReadOnlyList<Expr> Arguments) : Expr
{
    public override string Written => $"{Function}({string.Join(", ", Arguments.Select(argument => argument.Written))})";
}

internal sealed record Comparison(Operation Operation, Expr Left, Expr Right) : Expr
{
    public override string Written => $"{Left.Written} {Operation} {Right.Written}";
}

internal sealed record Span(Expr From, Expr To) : Expr
{
    public override string Written => $"({From.Written}..{To.Written})";
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
