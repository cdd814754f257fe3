using System.Text.Json;
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

        return body.Root["reason"] switch
        {
            null => (null, null),
            { } node when node.GetValueKind() is JsonValueKind.String && node.GetValue<string>() is { Length: > 0 and <= MaxLength } text => (text, null),
            _ => (null, SubmitRequest.Invalid(new() { ["/reason"] = [$"Must be text of 1 to {MaxLength} characters."] })),
        };
    }
}
