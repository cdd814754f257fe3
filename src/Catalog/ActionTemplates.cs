using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using Pao.Catalog.Templates;

namespace Pao.Catalog;

/// <summary>
/// Renders an action's templates, once: what comes out is kept, and every retry sends the same. Given the same scopes
/// the result is the same, but for <c>uuid()</c>.
/// </summary>
public sealed class ActionTemplates(IOptions<CatalogOptions> options)
{
    private readonly EnvironmentAllowList _environment = new(options);

    /// <exception cref="TemplateException">A template names what is not there, or does not fit its place.</exception>
    public PreparedAction Prepare(ActionDefinition action, TemplateScopes scopes)
    {
        try
        {
            return PrepareOne(action, scopes);
        }
        catch (TemplateException failure)
        {
            var hint = failure.Suggestion is null ? "" : $" ({failure.Suggestion})";
            throw new TemplateException($"Action '{action.Id}', {failure.Message}{hint}", failure.Suggestion);
        }
    }

    /// <summary>What an action's <c>config</c> becomes.</summary>
    /// <exception cref="TemplateException">A template names what is not there, or does not fit its place.</exception>
    internal JsonObject Render(string type, JsonObject config, TemplateScopes scopes) =>
        new ConfigRenderer(type, config, Named(scopes), scopes.Now).Render();

    private PreparedAction PrepareOne(ActionDefinition action, TemplateScopes scopes)
    {
        var named = Named(scopes);
        var skipped = action.Condition is { } condition && !ConditionTemplate.Holds(condition, named, scopes.Now);
        var config = skipped ? [] : new ConfigRenderer(action.Type, action.Config, named, scopes.Now).Render();
        return new PreparedAction(
            action.Id, action.Type, skipped, config, action.Retry, action.Timeout, action.Outputs?.DeepClone());
    }

    private Dictionary<string, JsonNode> Named(TemplateScopes scopes) =>
        new(NamedScopes.Of(scopes, _environment), StringComparer.Ordinal) { [Scopes.Output] = scopes.Outputs };
}
