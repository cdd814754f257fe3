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

    /// <summary>What an action's <c>config</c> becomes, whether or not this version can carry out its type.</summary>
    /// <exception cref="TemplateException">A template names what is not there, or does not fit its place.</exception>
    internal JsonObject Render(string type, JsonObject config, TemplateScopes scopes) =>
        new ConfigRenderer(type, config, Named(scopes), scopes.Now).Render();

    private PreparedAction PrepareOne(ActionDefinition action, TemplateScopes scopes)
    {
        if (!ActionTypes.IsExecutable(action.Type))
        {
            throw new TemplateException($"type: '{action.Type}' can not be carried out by this version.");
        }

        var named = Named(scopes);
        var skipped = action.Condition is { } condition && !Holds(condition, named, scopes.Now);
        var config = skipped ? [] : new ConfigRenderer(action.Type, action.Config, named, scopes.Now).Render();
        return new PreparedAction(
            action.Id, action.Type, skipped, config, action.Retry, action.Timeout, action.Outputs?.DeepClone());
    }

    private Dictionary<string, JsonNode> Named(TemplateScopes scopes) => new(StringComparer.Ordinal)
    {
        [Scopes.Fields] = scopes.Fields,
        [Scopes.Metadata] = scopes.Metadata,
        [Scopes.Request] = scopes.Request,
        [Scopes.System] = scopes.System,
        [Scopes.Output] = scopes.Outputs,
        [Scopes.Environment] = new JsonObject(
            _environment.Names
                .Select(name => KeyValuePair.Create(name, (JsonNode?)_environment.Read(name)))
                .Where(variable => variable.Value is not null)),
    };

    private static bool Holds(string condition, IReadOnlyDictionary<string, JsonNode> scopes, DateTimeOffset now)
    {
        try
        {
            var expression = Template.Parse(condition).Whole
                ?? throw new TemplateException("a condition is one expression.", "write for example fields.notify == true");
            return Values.Flag(new Evaluator(scopes, now, new Budget()).Evaluate(expression))
                ?? throw new TemplateException($"'{expression.Written}' is neither true nor false.", "compare it: x == 'y'");
        }
        catch (TemplateException failure)
        {
            throw new TemplateException($"condition: {failure.Message}", failure.Suggestion);
        }
    }
}
