namespace Pao.Catalog.Templates;

/// <summary>
/// Finds the components that a template refers to, so that they come first. Which ones they are must be plain to see:
/// <c>components.db.outputs.url</c>, and nothing that is only known when it is rendered.
/// </summary>
internal sealed class ComponentReferences
{
    private readonly List<string> _ids = [];

    private ComponentReferences()
    {
    }

    /// <summary>In the order in which the template names them, without doubles.</summary>
    public IReadOnlyList<string> Ids => _ids;

    /// <summary>The template names <c>components</c> without saying which one.</summary>
    public bool Unclear { get; private set; }

    public static ComponentReferences In(Template template)
    {
        var references = new ComponentReferences();
        references.Look(template.Parts);
        return references;
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
                    Hide(assignment.Variable);
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
                    Hide(loop.Variable);
                    Look([loop.Source, loop.Limit, loop.Offset]);
                    Look(loop.Body);
                    Look(loop.Else);
                    break;
                default:
                    break;
            }
        }
    }

    /// <summary>A variable of that name would hide the scope.</summary>
    private void Hide(string variable) => Unclear |= variable is Scopes.Components;

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
            case Member { Target: Name { Id: Scopes.Components }, Key: Literal { Value: var key } } when Values.Text(key) is { } id:
                if (!_ids.Contains(id))
                {
                    _ids.Add(id);
                }

                break;
            case Name name:
                Unclear |= name.Id is Scopes.Components;
                break;
            case Member member:
                Look([member.Target, member.Key]);
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
}
