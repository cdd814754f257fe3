using Pao.Catalog.Documents;

namespace Pao.Catalog;

public static class ActionOutputs
{
    /// <summary>The names that templates may read as <c>output.{action}.{name}</c>.</summary>
    public static IReadOnlyList<string> NamesOf(ActionDefinition action) => OutputRules.Names(action);
}
