using System.Text.Json.Nodes;

namespace Pao.Orchestrator.Bundles;

internal static class ComponentOutputs
{
    /// <summary>What others may read as <c>components.{id}.outputs.{name}</c>.</summary>
    /// <param name="actions">The outputs of its actions, by action id, in the order in which they ended: of one name, the last counts.</param>
    /// <param name="offered">The names that the bundle lists; null means all.</param>
    public static JsonObject Of(JsonObject actions, IReadOnlyList<string>? offered)
    {
        JsonObject outputs = [];
        foreach (var (_, made) in actions)
        {
            foreach (var (name, value) in made as JsonObject ?? [])
            {
                if (offered is null || offered.Contains(name, StringComparer.Ordinal))
                    outputs[name] = value?.DeepClone();
            }
        }

        return outputs;
    }
}
