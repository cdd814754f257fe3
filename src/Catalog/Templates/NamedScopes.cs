using System.Text.Json.Nodes;

namespace Pao.Catalog.Templates;

/// <summary>The scopes that every template may name, by their names.</summary>
internal static class NamedScopes
{
    public static Dictionary<string, JsonNode> Of(TemplateScopes scopes, EnvironmentAllowList environment) =>
        new(StringComparer.Ordinal)
        {
            [Scopes.Fields] = scopes.Fields,
            [Scopes.Metadata] = scopes.Metadata,
            [Scopes.Request] = scopes.Request,
            [Scopes.System] = scopes.System,
            [Scopes.Environment] = new JsonObject(
                environment.Names
                    .Select(name => KeyValuePair.Create(name, (JsonNode?)environment.Read(name)))
                    .Where(variable => variable.Value is not null)),
        };
}
