using System.Text.Json;
using System.Text.Json.Nodes;
using Pao.Api.Problems;

namespace Pao.Api.Requests;

/// <summary>What may be said with a decision or an operator's step.</summary>
internal sealed record ReasonBody(string? Reason)
{
    private const int MaxLength = 1000;

    /// <summary>The reason, which may be missing as the body may, or what is wrong with the body.</summary>
    public static async Task<(string? Reason, ProblemResult? Refusal)> ReadAsync(HttpRequest http, CancellationToken cancellationToken)
    {
        if (http.ContentType is null && http.ContentLength is null or 0)
            return (null, null);

        var body = await JsonBody.ReadAsync(http, cancellationToken);
        if (body.Root is null)
            return (null, body.Problem);

        var unknown = body.Root.Select(member => member.Key).Where(name => name != "reason").ToList();
        if (unknown.Count > 0)
            return (null, SubmitRequest.Invalid(unknown.ToDictionary(name => $"/{name}", string[] (_) => ["Is not known; there is reason."])));

        Dictionary<string, string[]> errors = [];
        var reason = Read(body.Root, "reason", errors);
        return errors.Count > 0 ? (null, SubmitRequest.Invalid(errors)) : (reason, null);
    }

    /// <summary>A short text, or null when it is not there; what is wrong with it is added to the errors.</summary>
    public static string? Read(JsonObject root, string name, Dictionary<string, string[]> errors)
    {
        switch (root[name])
        {
            case null:
                return null;
            case { } node when node.GetValueKind() is JsonValueKind.String && node.GetValue<string>() is { Length: > 0 and <= MaxLength } text:
                return text;
            default:
                errors[$"/{name}"] = [$"Must be text of 1 to {MaxLength} characters."];
                return null;
        }
    }
}
