using Pao.Catalog.Templates;
using Pao.Catalog.Yaml;

namespace Pao.Catalog.Tests.Samples;

/// <summary>What the templates of a document name.</summary>
internal sealed class TemplateUses
{
    public HashSet<string> Functions { get; } = new(StringComparer.Ordinal);

    public HashSet<string> Scopes { get; } = new(StringComparer.Ordinal);

    public HashSet<string> Tags { get; } = new(StringComparer.Ordinal);

    /// <summary>All strings below a node; a condition is a template without braces.</summary>
    public void Add(YamlNode node, string? key = null)
    {
        switch (node)
        {
            case YamlMapping mapping:
                mapping.Entries.ToList().ForEach(entry => Add(entry.Value, entry.Key));
                break;
            case YamlSequence sequence:
                sequence.Items.ToList().ForEach(item => Add(item));
                break;
            case YamlScalar { Value: string source } when Template.HasTags(source):
                Add(Template.Parse(source).Parts);
                break;
            case YamlScalar { Value: string source } when key is "condition":
                Add(Template.Parse($"{{{{ {source} }}}}").Parts);
                break;
            default:
                break;
        }
    }

    private void Add(IReadOnlyList<Part> parts)
    {
        foreach (var part in parts)
        {
            Tags.Add(part.GetType().Name);
            Add(part);
        }
    }

    private void Add(Part part)
    {
        switch (part)
        {
            case Output output:
                Add(output.Expression);
                break;
            case Secret:
                Scopes.Add("secrets");
                break;
            case Assignment assignment:
                Add(assignment.Value);
                break;
            case If branches:
                branches.Branches.ToList().ForEach(branch => Add(branch.Condition));
                branches.Branches.ToList().ForEach(branch => Add(branch.Body));
                Add(branches.Else);
                break;
            case Loop loop:
                Add(loop.Source);
                Add(loop.Body);
                break;
            default:
                break;
        }
    }

    private void Add(Expr expression)
    {
        switch (expression)
        {
            case Name name:
                Scopes.Add(name.Id);
                break;
            case Member member:
                Add(member.Target);
                Add(member.Key);
                break;
            case Call call:
                Functions.Add(call.Function);
                call.Arguments.ToList().ForEach(Add);
                break;
            case Comparison comparison:
                Add(comparison.Left);
                Add(comparison.Right);
                break;
            default:
                break;
        }
    }
}
