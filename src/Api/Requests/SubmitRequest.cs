using System.Text.Json;
using System.Text.Json.Nodes;
using Pao.Api.Problems;

namespace Pao.Api.Requests;

/// <summary>What is sent to submit a request.</summary>
/// <param name="CatalogItemId">The item to request.</param>
/// <param name="Fields">The values of the item's form, by field id.</param>
/// <param name="Team">The team on whose behalf.</param>
internal sealed record SubmitRequest(string CatalogItemId, JsonObject? Fields, string? Team)
{
    private const int MaxNameLength = 200;

    /// <summary>Reads the members one by one, so that every mistake is named at once.</summary>
    public static SubmitRequest? Read(JsonObject body, out Dictionary<string, string[]> errors)
    {
        errors = [];
        foreach (var (name, _) in body)
        {
            if (name is not ("catalog_item_id" or "fields" or "team"))
                errors[$"/{name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal)}"] =
                    ["Is not known; there are catalog_item_id, fields and team."];
        }

        var item = Name(body, "catalog_item_id", required: true, errors);
        var team = Name(body, "team", required: false, errors);
        if (body["fields"] is not (null or JsonObject))
            errors["/fields"] = ["Must be an object with the values of the form."];

        return errors.Count == 0 && item is not null ? new SubmitRequest(item, body["fields"] as JsonObject, team) : null;
    }

    public static ProblemResult Invalid(Dictionary<string, string[]> errors) =>
        new(Problem.BodyInvalid, "Each error names its place in the body.", errors);

    private static string? Name(JsonObject body, string name, bool required, Dictionary<string, string[]> errors)
    {
        switch (body[name])
        {
            case null when !required:
                return null;
            case JsonValue value when value.GetValueKind() is JsonValueKind.String && value.GetValue<string>() is { Length: > 0 and <= MaxNameLength } text:
                return text;
            default:
                errors[$"/{name}"] = [$"Must be text of 1 to {MaxNameLength} characters."];
                return null;
        }
    }
}
