using System.Text.Json.Nodes;
using Pao.Activities.Http;
using Pao.Activities.Secrets;

namespace Pao.Activities.Jira;

/// <summary>What JIRA says when it says no, in words that tell a person what to do.</summary>
internal static class JiraRefusal
{
    private const int MostErrors = 20;

    public static ActionFailedException Of(string call, JiraInstance instance, HttpAnswer answer, TimeSpan? pause, SecretScope secrets)
    {
        var reason = Reason(answer, secrets);
        var message = $"{call}: JIRA '{instance.Name}' answered {answer.Status}{(reason.Length > 0 ? $": {reason}" : "")}";
        return answer.Status switch
        {
            400 or 422 => ActionFailure.Rejected(message),
            401 => ActionFailure.Rejected($"{message} (the account's token is not right, or has run out: see Pao:Jira:Instances:{instance.Name}:Authentication)"),
            403 => ActionFailure.Rejected($"{message} (the account may not do this in JIRA, or has to log in with its browser first)"),
            404 => ActionFailure.Rejected($"{message} (there is no such thing, the account may not see it, or BaseAddress or Kind of Pao:Jira:Instances:{instance.Name} is wrong)"),
            409 => ActionFailure.Unavailable($"{message} (somebody changed the ticket at the same time)"),
            413 => ActionFailure.Rejected($"{message} (the ticket has as many comments or links as JIRA takes)"),
            425 or 429 => ActionFailure.Unavailable($"{message} (too many calls{(pause is { } asked ? $"; to be left alone for {asked.TotalSeconds:0} s" : "")})", pause),
            408 or >= 500 => ActionFailure.Lost(message, pause),
            >= 400 => ActionFailure.Rejected(message),
            _ => ActionFailure.Unexpected($"{message} (redirects are not followed; set BaseAddress to the final address)"),
        };
    }

    /// <summary>The messages of JIRA's error collection, those of fields with the field; else the beginning of the answer.</summary>
    private static string Reason(HttpAnswer answer, SecretScope secrets)
    {
        if (answer.Body is not JsonObject body || (body["errorMessages"] is not JsonArray && body["errors"] is not JsonObject))
            return HttpName.Excerpt(secrets.Mask(answer.Text));

        var messages = (body["errorMessages"] as JsonArray ?? []).Select(Text)
            .Concat((body["errors"] as JsonObject ?? []).Select(error => $"{error.Key}: {Text(error.Value)}"))
            .Where(message => message.Length > 0)
            .Take(MostErrors);
        return HttpName.Excerpt(secrets.Mask(string.Join("; ", messages)));
    }

    private static string Text(JsonNode? node) => node.AsText() ?? node?.ToJsonString() ?? "";
}
