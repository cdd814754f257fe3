using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Pao.Activities.GitHub.Runs;

/// <summary>Which workflow an action starts, and with what.</summary>
internal sealed partial record WorkflowCall(GitHubRepository Repository, string Workflow, string Ref, JsonObject Inputs, bool Waits)
{
    public const int MostInputs = 25;

    private const int LongestRef = 255;
    private const int MostInputCharacters = 65_535;

    /// <summary>The workflow's part of the API, below the repository.</summary>
    public string Path => $"actions/workflows/{Workflow}";

    /// <summary>The branch or tag as runs have it.</summary>
    public string Branch => Ref.StartsWith("refs/heads/", StringComparison.Ordinal) ? Ref["refs/heads/".Length..]
        : Ref.StartsWith("refs/tags/", StringComparison.Ordinal) ? Ref["refs/tags/".Length..]
        : Ref;

    /// <exception cref="ActionFailedException">It cannot be sent as it is.</exception>
    public static WorkflowCall Read(ActionConfig config, GitHubRepository repository)
    {
        var workflow = config.Text("workflow.id");
        if (!FilePattern().IsMatch(workflow))
            throw ActionFailure.Invalid($"'workflow.id' is '{workflow}'; it must be the file name of a workflow, such as provision.yml, without a folder.");

        var reference = config.FindText("ref") ?? "main";
        if (reference.Length is 0 or > LongestRef || reference.Any(c => c is <= ' ' or '\u007f'))
            throw ActionFailure.Invalid($"'ref' must be the name of a branch or a tag of at most {LongestRef} characters.");

        return new WorkflowCall(repository, workflow, reference, InputsOf(config), WaitsFor(config));
    }

    /// <summary>The repository that an action names. No part of that is a secret.</summary>
    /// <exception cref="ActionFailedException">It is none.</exception>
    public static GitHubRepository RepositoryOf(JsonObject config)
    {
        var repository = config["repository"] as JsonObject;
        var name = $"{repository?["owner"]}/{repository?["name"]}";
        return GitHubRepository.Parse(name) ?? throw ActionFailure.Invalid($"'repository' is '{name}', which is no repository on GitHub.");
    }

    // Whatever their type in the workflow, GitHub takes inputs as texts.
    private static JsonObject InputsOf(ActionConfig config)
    {
        var inputs = new JsonObject(config.Members("inputs").Where(input => input.Value is not null)
            .Select(input => KeyValuePair.Create(input.Key, (JsonNode?)config.Secrets.Text(input.Value, $"inputs.{input.Key}"))));
        if (inputs.Count > MostInputs)
            throw ActionFailure.Invalid($"'inputs' has {inputs.Count}; GitHub takes at most {MostInputs}.");

        return inputs.Sum(input => input.Key.Length + (input.Value?.ToString().Length ?? 0)) <= MostInputCharacters
            ? inputs
            : throw ActionFailure.Invalid($"'inputs' has more than the {MostInputCharacters} characters that GitHub takes.");
    }

    private static bool WaitsFor(ActionConfig config) => config.Find("waitForCompletion") switch
    {
        null => true,
        JsonValue value when value.GetValueKind() is System.Text.Json.JsonValueKind.True => true,
        JsonValue value when value.GetValueKind() is System.Text.Json.JsonValueKind.False => false,
        _ => throw ActionFailure.Invalid("'waitForCompletion' must be true or false."),
    };

    [GeneratedRegex(@"^[A-Za-z0-9._-]{1,200}\.ya?ml\z", RegexOptions.NonBacktracking)]
    private static partial Regex FilePattern();
}
