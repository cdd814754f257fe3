namespace Pao.Catalog.Templates;

/// <summary>
/// Finds the components that a template refers to, so that they come first. Which ones they are must be plain to see:
/// <c>components.db.outputs.url</c>, and nothing that is only known when it is rendered.
/// </summary>
/// <param name="Ids">In the order in which the template names them, without doubles.</param>
/// <param name="Unclear">The template names <c>components</c> without saying which one, or hides the scope.</param>
internal sealed record ComponentReferences(IReadOnlyList<string> Ids, bool Unclear)
{
    public static ComponentReferences In(Template template)
    {
        var paths = NamedPaths.In(template);
        var named = paths.All.Where(path => path.Root is Scopes.Components).ToList();
        return new ComponentReferences(
            [.. named.SelectMany(path => path.Keys.Take(1)).Distinct(StringComparer.Ordinal)],
            paths.Variables.Contains(Scopes.Components) || named.Exists(path => path.Keys.Count == 0));
    }
}
