using System.Text.Json.Nodes;
using Pao.Activities.Http;
using Pao.Activities.Secrets;

namespace Pao.Activities.GitHub;

/// <summary>What GitHub says when it says no, in words that tell a person what to do.</summary>
internal static class GitHubRefusal
{
    private const int MostErrors = 20;

    public static ActionFailedException Of(string call, GitHubOwner owner, HttpAnswer answer, TimeSpan? pause, SecretScope secrets)
    {
        var reason = Reason(answer, secrets);
        var message = $"{call}: GitHub '{owner.Name}' answered {answer.Status}{(reason.Length > 0 ? $": {reason}" : "")}";
        if (pause is { } asked)
            return ActionFailure.Unavailable($"{message} (called too often; to be left alone for {asked.TotalSeconds:0} s)", pause);

        return answer.Status switch
        {
            401 => ActionFailure.Rejected($"{message} (the token is not right, or has run out: see {owner.ConfigurationPath})"),
            403 => ActionFailure.Rejected($"{message} (the token of {owner.ConfigurationPath} may not do this)"),
            404 => ActionFailure.Rejected($"{message} (there is no such thing, or the token of {owner.ConfigurationPath} may not see it)"),
            409 => ActionFailure.Rejected(message),
            425 => ActionFailure.Unavailable(message),
            408 or >= 500 => ActionFailure.Lost(message, answer.Pause?.Delta),
            >= 400 => ActionFailure.Rejected(message),
            >= 300 => ActionFailure.Rejected($"{message} (it was renamed or moved: write its new name, redirects are not followed)"),
            _ => ActionFailure.Unexpected(message),
        };
    }

    /// <summary>GitHub's message with its errors; else the beginning of the answer.</summary>
    public static string Reason(HttpAnswer answer, SecretScope secrets)
    {
        if (answer.Body is not JsonObject body || body["message"]?.ToString() is not { Length: > 0 } message)
            return HttpName.Excerpt(secrets.Mask(answer.Text));

        var errors = (body["errors"] as JsonArray ?? []).Select(Text).Where(error => error.Length > 0).Take(MostErrors).ToList();
        return HttpName.Excerpt(secrets.Mask(errors.Count is 0 ? message : $"{message}: {string.Join("; ", errors)}"));
    }

    // An error is a text, or an object with a message or a code.
    private static string Text(JsonNode? error) => error is JsonObject about
        ? string.Join(' ', new[] { about["resource"], about["field"], about["message"] ?? about["code"] }.Select(part => part?.ToString()).OfType<string>())
        : error?.ToString() ?? "";
}
