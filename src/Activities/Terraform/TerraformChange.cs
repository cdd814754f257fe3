using System.Text.Json;
using System.Text.Json.Nodes;
using Pao.Activities.Jira;
using Pao.Activities.Secrets;

namespace Pao.Activities.Terraform;

/// <summary>What an action writes, checked: a file, the values of its variables beside it, and the secrets that no file may hold.</summary>
internal sealed record TerraformChange
{
    private const string Owner = "# Made by PAO for request ";
    private const string KeyName = "Pao-Key: ";

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, NewLine = "\n" };

    private TerraformChange(string key, TerraformFile file) => (Key, File) = (key, file);

    /// <summary>The action's idempotency key: the file and the commit carry it.</summary>
    public string Key { get; }

    public TerraformFile File { get; }

    /// <summary>By path below the mapping's folder.</summary>
    public required IReadOnlyDictionary<string, string> Files { get; init; }

    /// <summary>Variables whose values are secrets, in clear.</summary>
    public required IReadOnlyDictionary<string, string> SecretVariables { get; init; }

    /// <summary>The outputs that the document names.</summary>
    public required IReadOnlyList<string> Outputs { get; init; }

    public required bool WaitsForApply { get; init; }

    /// <summary>The last line of a commit's message, and of a run's.</summary>
    public string Trailer => $"{KeyName}{Key}";

    /// <summary>What a run is called where people see it.</summary>
    public required string Title { get; init; }

    public string Message => $"{Title}\n\n{Trailer}";

    /// <exception cref="ActionFailedException">Something in the document is wrong, or not allowed.</exception>
    public static TerraformChange Read(ActionExecution execution, TerraformMapping mapping, SecretScope secrets)
    {
        var config = new ActionConfig(execution.Config, secrets);
        var file = TerraformFile.Parse(config.Text("filename"), mapping.Options.Content.ReservedFiles);
        var content = config.Text("contentTemplate");
        ConfigurationCheck.Check(mapping.Name, mapping.Options.Content, file.Path, content);

        var variables = config.Members("variables").ToList();
        var values = new JsonObject(variables.Where(variable => !HoldsSecret(variable.Value)).Select(Copy));
        var files = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            [file.Path] = $"{Owner}{execution.RequestId}. What is changed here by hand is lost.\n# {KeyName}{execution.IdempotencyKey}\n\n{content.TrimEnd()}\n",
        };
        if (values.Count > 0)
            files[file.ValuesPath] = $"{values.ToJsonString(Indented)}\n";

        return new TerraformChange(execution.IdempotencyKey, file)
        {
            Files = files,
            SecretVariables = variables.Where(variable => HoldsSecret(variable.Value)).ToDictionary(
                variable => variable.Key, variable => config.Secrets.Text(variable.Value, $"variables.{variable.Key}"), StringComparer.Ordinal),
            Outputs = OutputsOf(execution, mapping, config),
            WaitsForApply = WaitsFor(config),
            Title = $"{file.Path} for {execution.Origin?.Item ?? "request"} {execution.RequestId}",
        };
    }

    /// <summary>Whether this was made for the request; null when PAO has not made it.</summary>
    public static bool? Made(string file, Guid request) => file.StartsWith(Owner, StringComparison.Ordinal)
        ? file.StartsWith($"{Owner}{request}.", StringComparison.Ordinal)
        : null;

    /// <summary>Whether a message of a commit or a run is of this action.</summary>
    public static bool IsOf(string? message, string key) =>
        message?.Split('\n').Any(line => line.TrimEnd() == $"{KeyName}{key}") is true;

    private static KeyValuePair<string, JsonNode?> Copy(KeyValuePair<string, JsonNode?> variable) =>
        KeyValuePair.Create(variable.Key, variable.Value?.DeepClone());

    private static bool HoldsSecret(JsonNode? value) => value switch
    {
        _ when SecretScope.IsReference(value) => true,
        JsonObject members => members.Any(member => HoldsSecret(member.Value))
            ? throw ActionFailure.Invalid("'variables' has a secret within an object; a secret is the whole value of a variable.") : false,
        JsonArray items => items.Any(HoldsSecret)
            ? throw ActionFailure.Invalid("'variables' has a secret within a list; a secret is the whole value of a variable.") : false,
        _ => false,
    };

    private static List<string> OutputsOf(ActionExecution execution, TerraformMapping mapping, ActionConfig config)
    {
        var names = execution.Outputs switch
        {
            null => [],
            JsonArray list => list.Select(item => (item as JsonObject)?["name"].AsText()
                ?? throw ActionFailure.Invalid("'outputs' must be a list of { name: … }.")).ToList(),
            _ => throw ActionFailure.Invalid("'outputs' must be a list of { name: … }."),
        };
        if (names.Count > 0 && mapping.Options.Local is null && mapping.Cloud is null)
            throw ActionFailure.Invalid(
                $"'outputs' cannot be read: the mapping '{mapping.Name}' names nothing that applies its files. An operator adds {mapping.ConfigurationPath}:TerraformCloud.");
        return names.Count is 0 || WaitsFor(config)
            ? names
            : throw ActionFailure.Invalid("'outputs' are there when Terraform has applied the file, and 'waitForApply' is false.");
    }

    private static bool WaitsFor(ActionConfig config) => config.Find("waitForApply") switch
    {
        null => true,
        JsonValue value when value.GetValueKind() is JsonValueKind.True => true,
        JsonValue value when value.GetValueKind() is JsonValueKind.False => false,
        _ => throw ActionFailure.Invalid("'waitForApply' must be true or false."),
    };
}
