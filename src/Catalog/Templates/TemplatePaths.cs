using System.Globalization;
using System.Text.Json.Nodes;

namespace Pao.Catalog.Templates;

/// <summary>A path that a template reads below a scope.</summary>
/// <param name="Keys">Scope, then key by key; null where a key is only known when the template is rendered.</param>
/// <param name="Example">A value that the template could work with, as far as that shows; null when anything may do.</param>
internal sealed record UsedPath(Expr Expression, IReadOnlyList<string>? Keys, JsonNode? Example)
{
    public string Name => Expression.Written;
}

/// <summary>Finds the paths that a template reads, in the order in which it names them, without doubles.</summary>
internal sealed class TemplatePaths
{
    private static readonly string[] Roots = [.. Scopes.All, Scopes.Components, Scopes.Item, Scopes.Bundle];

    private readonly List<UsedPath> _paths = [];
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private readonly HashSet<string> _variables = new(StringComparer.Ordinal);

    private TemplatePaths()
    {
    }

    /// <param name="example">What the whole, when it is one expression, should come to.</param>
    public static IReadOnlyList<UsedPath> In(Template template, JsonNode? example = null)
    {
        var paths = new TemplatePaths();
        if (template.Whole is { } whole)
        {
            paths.Look(whole, example);
        }
        else
        {
            paths.Look(template.Parts);
        }

        return paths._paths;
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
                    Look(assignment.Value);
                    _variables.Add(assignment.Variable);
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
                    Look(loop);
                    break;
                default:
                    break;
            }
        }
    }

    private void Look(Loop loop)
    {
        Look(loop.Source, new JsonArray("sample"));
        foreach (var bound in new[] { loop.Limit, loop.Offset }.OfType<Expr>())
        {
            Look(bound, 1);
        }

        _variables.Add(loop.Variable);
        Look(loop.Body);
        Look(loop.Else);
    }

    private void Look(Expr expression, JsonNode? example = null)
    {
        switch (expression)
        {
            case Member member:
                Look(member, example);
                break;
            case Call call:
                for (var i = 0; i < call.Arguments.Count; i++)
                {
                    Look(call.Arguments[i], i == 0 ? ExampleFor(call.Function, example) : null);
                }

                break;
            case Comparison comparison:
                Look(comparison.Left, (comparison.Right as Literal)?.Value);
                Look(comparison.Right, (comparison.Left as Literal)?.Value);
                break;
            case Span span:
                Look(span.From, 1);
                Look(span.To, 1);
                break;
            default:
                break;
        }
    }

    private static JsonNode? ExampleFor(string function, JsonNode? whole) => function switch
    {
        "number" => 1,
        "date" => "2026-01-31",
        "join" => new JsonArray("sample"),
        "default" or "coalesce" => whole,
        _ => null,
    };

    private void Look(Member member, JsonNode? example)
    {
        Expr root = member;
        while (root is Member step)
        {
            Look(step.Key);
            root = step.Target;
        }

        if (root is not Name { Id: var scope })
        {
            Look(root);
        }
        else if (Roots.Contains(scope) && !_variables.Contains(scope) && _names.Add(member.Written))
        {
            _paths.Add(new UsedPath(member, KeysOf(member), example));
        }
    }

    private static List<string>? KeysOf(Expr expression) => expression switch
    {
        Name name => [name.Id],
        Member { Key: Literal { Value: { } key } } member when KeysOf(member.Target) is { } before => KeyOf(key) is { } text ? [.. before, text] : null,
        _ => null,
    };

    private static string? KeyOf(JsonNode key) =>
        Values.Text(key) ?? (Values.Number(key) is { } number && number % 1 == 0 ? number.ToString("0", CultureInfo.InvariantCulture) : null);
}
