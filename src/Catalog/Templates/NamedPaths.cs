namespace Pao.Catalog.Templates;

/// <summary>A path that a template names: where it begins, and the keys after that as far as they are plain to see.</summary>
/// <param name="Root">A scope, or a variable.</param>
/// <param name="Keys">What is only known when it is rendered ends them.</param>
internal sealed record NamedPath(string Root, IReadOnlyList<string> Keys);

/// <summary>Finds the paths that a template names, in the order in which it does.</summary>
internal sealed class NamedPaths
{
    private readonly List<NamedPath> _paths = [];
    private readonly HashSet<string> _variables = new(StringComparer.Ordinal);

    private NamedPaths()
    {
    }

    public IReadOnlyList<NamedPath> All => _paths;

    /// <summary>The variables that the template sets: one hides a scope of its name.</summary>
    public IReadOnlySet<string> Variables => _variables;

    public static NamedPaths In(Template template)
    {
        var paths = new NamedPaths();
        paths.Look(template.Parts);
        return paths;
    }

    private void Look(IReadOnlyList<Part> parts)
    {
        foreach (var part in parts)
        {
            switch (part)
            {
                case Output output:
                    Look(output.Expression);
                    break;
                case Assignment assignment:
                    _variables.Add(assignment.Variable);
                    Look(assignment.Value);
                    break;
                case If branches:
                    foreach (var branch in branches.Branches)
                    {
                        Look(branch.Condition);
                        Look(branch.Body);
                    }

                    Look(branches.Else);
                    break;
                case Loop loop:
                    _variables.Add(loop.Variable);
                    Look([loop.Source, loop.Limit, loop.Offset]);
                    Look(loop.Body);
                    Look(loop.Else);
                    break;
                default:
                    break;
            }
        }
    }

    private void Look(IEnumerable<Expr?> expressions)
    {
        foreach (var expression in expressions.OfType<Expr>())
        {
            Look(expression);
        }
    }

    private void Look(Expr expression)
    {
        switch (expression)
        {
            case Name name:
                _paths.Add(new NamedPath(name.Id, []));
                break;
            case Member member:
                Look(member, []);
                break;
            case Call call:
                Look(call.Arguments);
                break;
            case Comparison comparison:
                Look([comparison.Left, comparison.Right]);
                break;
            case Span span:
                Look([span.From, span.To]);
                break;
            default:
                break;
        }
    }

    /// <param name="member">From its end to its beginning.</param>
    /// <param name="after">The keys after it; a key that is not plain to see hides those.</param>
    private void Look(Member member, IReadOnlyList<string> after)
    {
        var key = member.Key is Literal { Value: { } value } ? Values.Text(value) : null;
        IReadOnlyList<string> keys = key is null ? [] : [key, .. after];
        switch (member.Target)
        {
            case Name name:
                _paths.Add(new NamedPath(name.Id, keys));
                break;
            case Member inner:
                Look(inner, keys);
                break;
            default:
                Look(member.Target);
                break;
        }

        if (key is null)
        {
            Look(member.Key);
        }
    }
}
