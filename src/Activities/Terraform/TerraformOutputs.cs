using System.Text.Json.Nodes;
using Pao.Activities.Secrets;

namespace Pao.Activities.Terraform;

internal sealed record TerraformOutput(string Name, JsonNode? Value, bool IsSensitive);

/// <summary>Of all outputs that a state has, those that a document names.</summary>
internal static class TerraformOutputs
{
    /// <summary>The value of a sensitive one is never read: it stays in Terraform's state, and a mark stands in its place.</summary>
    /// <exception cref="ActionFailedException">One is not there.</exception>
    public static JsonObject Pick(IReadOnlyList<string> names, IEnumerable<TerraformOutput> all)
    {
        var there = all.GroupBy(output => output.Name, StringComparer.Ordinal).ToDictionary(same => same.Key, same => same.First(), StringComparer.Ordinal);
        var missing = names.Where(name => !there.ContainsKey(name)).ToList();
        return missing.Count is 0
            ? new JsonObject(names.Distinct(StringComparer.Ordinal).Select(name => KeyValuePair.Create(name, ValueOf(there[name]))))
            : throw ActionFailure.OutputsMissing(
                $"Terraform has applied the file, but has no output {string.Join(", ", missing)}; there are: {string.Join(", ", there.Keys.Order(StringComparer.Ordinal))}.");
    }

    private static JsonNode? ValueOf(TerraformOutput output) => output.IsSensitive ? SecretForms.Mark : output.Value?.DeepClone();
}
