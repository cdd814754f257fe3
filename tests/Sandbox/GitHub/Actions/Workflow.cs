using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Pao.Sandbox.GitHub.Actions;

/// <summary>What a workflow's file says, as far as it matters to whoever starts it.</summary>
/// <param name="File">Its name, without the folder.</param>
/// <param name="Inputs">By name: an object with <c>required</c>, <c>options</c>.</param>
/// <param name="RunName">May have <c>${{ inputs.name }}</c> in it; null: runs are named after the workflow.</param>
/// <param name="StepName">The same for the only step of its job.</param>
/// <param name="IsDisabled">Somebody has switched it off.</param>
/// <param name="IsStartable">It has the trigger <c>workflow_dispatch</c>.</param>
internal sealed partial record Workflow(
    string File, JsonObject? Inputs = null, string? RunName = null, string? StepName = null, bool IsDisabled = false, bool IsStartable = true)
{
    private const int MostInputs = 25;

    public string Name => $"Workflow {File}";

    /// <summary>Why a call cannot start it, in GitHub's words; null when it can.</summary>
    public string? WhyRefused(JsonObject given)
    {
        var declared = Inputs ?? [];
        if (!IsStartable)
            return "Workflow does not have 'workflow_dispatch' trigger";
        if (IsDisabled)
            return "Cannot trigger a 'workflow_dispatch' on a disabled workflow";
        if (given.Count > MostInputs)
            return $"you may only define up to {MostInputs} `inputs` for a `workflow_dispatch` event";

        var unexpected = given.Select(input => input.Key).Where(name => !declared.ContainsKey(name)).ToList();
        if (unexpected.Count > 0)
            return $"Unexpected inputs provided: [{string.Join(", ", unexpected.Select(name => $"\"{name}\""))}]";

        foreach (var (name, about) in declared)
        {
            if ((bool?)about?["required"] is true && given[name] is null)
                return $"Required input '{name}' not provided";
            if (about?["options"] is JsonArray options && given[name] is { } value && options.All(option => option?.ToString() != value.ToString()))
                return $"Provided value '{value}' for input '{name}' not in the list of allowed values";
        }

        return null;
    }

    public static string Filled(string template, JsonObject inputs) => Expression().Replace(template, match => inputs[match.Groups[1].Value]?.ToString() ?? "");

    [GeneratedRegex(@"\$\{\{\s*inputs\.([A-Za-z0-9_-]+)\s*\}\}")]
    private static partial Regex Expression();
}
