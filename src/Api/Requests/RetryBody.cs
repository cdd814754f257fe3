using System.Text.Json;
using System.Text.Json.Nodes;
using Pao.Api.Problems;
using Pao.Orchestrator.Deciding;

namespace Pao.Api.Requests;

/// <summary>What may be said with a retry.</summary>
/// <param name="Reason">Why.</param>
/// <param name="Fields">Corrected fields; those that are not named stay as they are, null takes one away.</param>
/// <param name="Outcome">What became of an action of which nobody knew: happened or did_not_happen.</param>
/// <param name="Action">Which action that is about, after its component; needed when several are in question.</param>
/// <param name="Outputs">With happened: what later actions use of it.</param>
/// <param name="ExternalReference">With happened: where it is found.</param>
internal sealed record RetryBody(
    string? Reason, JsonObject? Fields, string? Outcome, string? Action, JsonObject? Outputs, string? ExternalReference)
{
    private static readonly string[] Names = ["reason", "fields", "outcome", "action", "outputs", "external_reference"];

    /// <summary>What the retry changes; null when nothing.</summary>
    public RetryChanges? Changes => Fields is null && Outcome is null
        ? null
        : new(Fields, Outcome is null ? null : new StatedOutcome(Action, Outcome is "happened", Outputs, ExternalReference));

    /// <summary>The body, which may be missing, or what is wrong with it.</summary>
    public static async Task<(RetryBody Body, ProblemResult? Refusal)> ReadAsync(HttpRequest http, CancellationToken cancellationToken)
    {
        var nothing = new RetryBody(null, null, null, null, null, null);
        if (http.ContentType is null && http.ContentLength is null or 0)
            return (nothing, null);

        var body = await JsonBody.ReadAsync(http, cancellationToken);
        if (body.Root is not { } root)
            return (nothing, body.Problem);

        Dictionary<string, string[]> errors = [];
        foreach (var (name, _) in root)
        {
            if (!Names.Contains(name))
                errors[$"/{name}"] = [$"Is not known; there are {string.Join(", ", Names)}."];
        }

        var read = new RetryBody(
            ReasonBody.Read(root, "reason", errors), Object(root, "fields", errors), Word(root, errors), ReasonBody.Read(root, "action", errors),
            Object(root, "outputs", errors), ReasonBody.Read(root, "external_reference", errors));
        if (read.Outcome is null && (read.Action ?? read.ExternalReference ?? (object?)read.Outputs) is not null)
            errors["/outcome"] = ["Must be happened or did_not_happen where action, outputs or external_reference are given."];
        return errors.Count > 0 ? (nothing, SubmitRequest.Invalid(errors)) : (read, null);
    }

    private static JsonObject? Object(JsonObject root, string name, Dictionary<string, string[]> errors)
    {
        if (root[name] is not (null or JsonObject))
            errors[$"/{name}"] = ["Must be an object."];
        return root[name] as JsonObject;
    }

    private static string? Word(JsonObject root, Dictionary<string, string[]> errors)
    {
        if (root["outcome"] is not { } node)
            return null;
        if (node.GetValueKind() is JsonValueKind.String && node.GetValue<string>() is "happened" or "did_not_happen")
            return node.GetValue<string>();

        errors["/outcome"] = ["Must be happened or did_not_happen."];
        return null;
    }
}
