using System.Globalization;
using System.Text.Json.Nodes;
using Fluid.Ast;
using Fluid.Ast.BinaryExpressions;
using Fluid.Values;

namespace Pao.Catalog.Templates;

/// <summary>Takes from Fluid's syntax tree what PAO's templates have, and rejects the rest.</summary>
internal sealed class TemplateCompiler(IReadOnlyList<string> secrets, IReadOnlyList<int> tags)
{
    /// <summary>Chains of operators and filters nest without brackets; whoever walks an expression recurses so deep.</summary>
    private const int MaxDepth = 100;

    private int _depth;
    private int _nextTag;
    private int? _at;

    public IReadOnlyList<Part> Whole(IReadOnlyList<Statement> statements)
    {
        try
        {
            return Parts(statements);
        }
        catch (TemplateException failure) when (failure.At is null)
        {
            throw new TemplateException(failure.Message, failure.Suggestion) { At = _at };
        }
    }

    private IReadOnlyList<Part> Parts(IReadOnlyList<Statement> statements) =>
        [.. statements.Select(Part).Where(part => part is not Text { Value: "" })];

    /// <summary>Fluid's tree does not say where a tag stood, but keeps the tags in their order: this is the next one.</summary>
    private int? NextTag() => _at = _nextTag < tags.Count ? tags[_nextTag++] : null;

    private Part Part(Statement statement) => statement switch
    {
        TextSpanStatement text => new Text(Trimmed(text)),
        OutputStatement output => Output(output, NextTag()),
        IfStatement branch => Branches(branch),
        ForStatement loop => For(loop, NextTag()),
        AssignStatement assign => Assign(assign, NextTag()),
        BreakStatement => new Jump(Leave: true) { At = NextTag() },
        ContinueStatement => new Jump(Leave: false) { At = NextTag() },
        _ => throw new TemplateException($"A template has no {statement.GetType().Name}."),
    };

    private static string Trimmed(TextSpanStatement text)
    {
        var value = text.Text.ToString();
        value = text.StripLeft ? value.TrimStart() : value;
        return text.StripRight ? value.TrimEnd() : value;
    }

    private Part Output(OutputStatement output, int? at) =>
        output.Expression is MemberExpression { Segments: [IdentifierSegment { Identifier: var id }] }
        && id.StartsWith(TemplateScanner.SecretPrefix, StringComparison.Ordinal)
            ? new Secret(secrets[int.Parse(id[TemplateScanner.SecretPrefix.Length..], CultureInfo.InvariantCulture)]) { At = at }
            : new Output(Expression(output.Expression)) { At = at };

    private Assignment Assign(AssignStatement assign, int? at) =>
        new(Variable(assign.Identifier), Expression(assign.Value)) { At = at };

    private If Branches(IfStatement branch)
    {
        var first = BranchOf(branch.Condition, branch.Statements, NextTag());
        List<Branch> branches = [first, .. branch.ElseIfs.Select(other => BranchOf(other.Condition, other.Statements, NextTag()))];
        var otherwise = Otherwise(branch.Else);
        NextTag(); // {% endif %}
        return new If(branches, otherwise) { At = first.At };
    }

    private Branch BranchOf(Expression condition, IReadOnlyList<Statement> body, int? at) =>
        new(Expression(condition), Parts(body)) { At = at };

    private IReadOnlyList<Part> Otherwise(ElseStatement? otherwise)
    {
        if (otherwise is null)
        {
            return [];
        }

        NextTag(); // {% else %}
        return Parts(otherwise.Statements);
    }

    private Loop For(ForStatement loop, int? at)
    {
        if (loop.OffsetIsContinue)
        {
            throw new TemplateException("'offset: continue' is not supported.");
        }

        var parsed = new Loop(
            Variable(loop.Identifier),
            Expression(loop.Source ?? loop.Range),
            loop.Limit is { } limit ? Expression(limit) : null,
            loop.Offset is { } offset ? Expression(offset) : null,
            loop.Reversed,
            Parts(loop.Statements),
            Otherwise(loop.Else)) { At = at };
        NextTag(); // {% endfor %}
        return parsed;
    }

    private static string Variable(string name) =>
        Scopes.All.Contains(name) || name is Loop.Position
            ? throw new TemplateException($"A variable can not be called '{name}': that is a scope.")
            : name;

    private Expr Expression(Expression expression)
    {
        var outer = _depth;
        Deepen();
        var compiled = Compile(expression);
        _depth = outer;
        return compiled;
    }

    private void Deepen()
    {
        if (++_depth > MaxDepth)
        {
            throw new TemplateException($"An expression nests at most {MaxDepth} deep.", "split it with {% assign %}");
        }
    }

    private Expr Compile(Expression expression) => expression switch
    {
        LiteralExpression literal => Constant(literal.Value),
        MemberExpression member => Path(member.Segments),
        FilterExpression filter => new Call(
            filter.Name, [Expression(filter.Input), .. filter.Parameters.Select(one => Argument(one.Name, one.Expression))]),
        RangeExpression range => new Span(Expression(range.From), Expression(range.To)),
        BinaryExpression binary => new Comparison(OperationOf(binary), Expression(binary.Left), Expression(binary.Right)),
        _ => throw new TemplateException($"An expression has no {expression.GetType().Name}."),
    };

    private Expr Argument(string? name, Expression value) =>
        name is null ? Expression(value) : throw new TemplateException($"Arguments have no names: remove '{name}:'.");

    private static Literal Constant(FluidValue value) => value switch
    {
        NumberValue number => new Literal(JsonValue.Create(number.ToNumberValue())),
        StringValue text => new Literal(JsonValue.Create(text.ToStringValue())),
        BooleanValue flag => new Literal(JsonValue.Create(flag.ToBooleanValue())),
        NilValue => new Literal(null),
        _ => throw new TemplateException("'empty' and 'blank' are not supported.", "compare with '' or use length(x)"),
    };

    private Expr Path(IReadOnlyList<MemberSegment> segments)
    {
        var id = segments[0] is IdentifierSegment first
            ? first.Identifier
            : throw new TemplateException("An expression begins with a name.");
        Expr expression;
        var rest = 1;
        if (segments.Count > 1 && segments[1] is FunctionCallSegment call)
        {
            expression = new Call(id, [.. call.Arguments.Select(one => Argument(one.Name, one.Expression))]);
            rest = 2;
        }
        else
        {
            expression = new Name(id);
        }

        foreach (var segment in segments.Skip(rest))
        {
            Deepen();
            expression = segment switch
            {
                IdentifierSegment property => new Member(expression, new Literal(JsonValue.Create(property.Identifier))),
                IndexerSegment indexer => new Member(expression, Expression(indexer.Expression)),
                _ => throw new TemplateException($"'{expression.Written}' is no function.", "functions are called as replace(x, 'a', 'b')"),
            };
        }

        return expression;
    }

    private static Operation OperationOf(BinaryExpression binary) => binary switch
    {
        AndBinaryExpression => Operation.And,
        OrBinaryExpression => Operation.Or,
        EqualBinaryExpression => Operation.Equal,
        NotEqualBinaryExpression => Operation.NotEqual,
        GreaterThanBinaryExpression greater => greater.Strict ? Operation.Greater : Operation.GreaterOrEqual,
        LowerThanBinaryExpression less => less.Strict ? Operation.Less : Operation.LessOrEqual,
        ContainsBinaryExpression => Operation.Contains,
        StartsWithBinaryExpression => Operation.StartsWith,
        EndsWithBinaryExpression => Operation.EndsWith,
        _ => throw new TemplateException($"There is no operator {binary.GetType().Name}."),
    };
}
