using System.Text.Json.Nodes;
using Pao.Activities.Jira;
using Pao.Activities.Secrets;
using Pao.Catalog;

namespace Pao.Activities.Terraform;

/// <param name="Name">As the configuration has it.</param>
/// <param name="Value">Null for a sensitive one that is read apart.</param>
/// <param name="IsSensitive">Terraform shows it to nobody.</param>
internal sealed record TerraformOutput(string Name, JsonNode? Value, bool IsSensitive)
{
    /// <summary>Where a sensitive one is read.</summary>
    public string? Id { get; init; }
}

/// <summary>Of all outputs that a state has, hands on those that a document names: a sensitive one as a secret of the request.</summary>
internal sealed class TerraformOutputs(Redactor redactor, IRequestSecrets? secrets = null)
{
    /// <param name="execution">The action.</param>
    /// <param name="names">What its document names.</param>
    /// <param name="all">What there is.</param>
    /// <param name="read">Reads the value of a sensitive one.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ActionFailedException">One is not there.</exception>
    public async Task<JsonObject> TakeAsync(
        ActionExecution execution, IReadOnlyList<string> names, IEnumerable<TerraformOutput> all, Func<TerraformOutput, Task<JsonNode?>> read,
        CancellationToken cancellationToken)
    {
        var there = all.GroupBy(output => output.Name, StringComparer.Ordinal).ToDictionary(same => same.Key, same => same.First(), StringComparer.Ordinal);
        if (names.Where(name => !there.ContainsKey(name)).ToList() is { Count: > 0 } missing)
            throw ActionFailure.OutputsMissing(
                $"Terraform has applied the file, but has no output {string.Join(", ", missing)}; there are: {string.Join(", ", there.Keys.Order(StringComparer.Ordinal))}.");

        var outputs = new JsonObject();
        foreach (var name in names.Distinct(StringComparer.Ordinal))
            outputs[name] = there[name] is { IsSensitive: true } sensitive
                ? await KeepAsync(execution, sensitive, await read(sensitive), cancellationToken)
                : Masked(there[name].Value);
        return outputs;
    }

    /// <summary>Nothing of it is kept in clear: a reference stands in its place, which later actions may put where secrets belong.</summary>
    private async Task<JsonNode> KeepAsync(ActionExecution execution, TerraformOutput output, JsonNode? value, CancellationToken cancellationToken)
    {
        if (secrets is null)
            throw ActionFailure.OutputsMissing($"The output '{output.Name}' is sensitive, and this service keeps no secrets of requests.");

        var text = value.AsText() ?? value?.ToJsonString() ?? "";
        redactor.Protect(text);
        var field = FieldSecrets.OutputField(execution.Path, output.Name);
        await secrets.KeepAsync(execution.RequestId, field, text, cancellationToken);
        return FieldSecrets.ReferenceTo(field);
    }

    private JsonNode? Masked(JsonNode? node) => node switch
    {
        JsonObject members => new JsonObject(members.Select(member => KeyValuePair.Create(member.Key, Masked(member.Value)))),
        JsonArray items => new JsonArray([.. items.Select(Masked)]),
        JsonValue value when value.AsText() is { } text => redactor.Mask(text),
        _ => node?.DeepClone(),
    };
}
