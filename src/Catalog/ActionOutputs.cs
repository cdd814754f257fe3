using System.Text.Json.Nodes;
using Pao.Catalog.Documents;

namespace Pao.Catalog;

public static class ActionOutputs
{
    /// <summary>The names that templates may read as <c>output.{action}.{name}</c>.</summary>
    public static IReadOnlyList<string> NamesOf(ActionDefinition action) => OutputRules.Names(action);

    /// <summary>Those of them that the document asks for by name.</summary>
    public static IReadOnlyList<string> DeclaredBy(ActionDefinition action) => action.Outputs switch
    {
        JsonObject named => [.. named.Select(output => output.Key)],
        JsonArray => NamesOf(action),
        _ => [],
    };
}
