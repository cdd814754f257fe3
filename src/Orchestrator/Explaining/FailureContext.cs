using System.Text.Json.Nodes;
using Pao.Catalog;
using Pao.Orchestrator.Requests;

namespace Pao.Orchestrator.Explaining;

/// <summary>What a person who decides about a failed request wants to know beside the error: what exists already, and what to do about it.</summary>
public static class FailureContext
{
    /// <summary>The error with <c>exists</c> and <c>suggestions</c>; null where there is no error.</summary>
    public static JsonObject? Of(JsonObject? error, IEnumerable<RequestAction> actions)
    {
        if (error is null)
            return null;

        var made = actions.Where(MayHaveMade).ToList();
        var context = (JsonObject)error.DeepClone();
        context["exists"] = new JsonArray([.. made.Select(Existing)]);
        context["suggestions"] = new JsonArray([.. made.Select(Suggestion).OfType<string>().Select(text => (JsonNode)text)]);
        return context;
    }

    private static bool MayHaveMade(RequestAction action) =>
        action.Status == "completed" || action.Effect is not EffectState.None || action.ExternalReference is not null;

    private static JsonNode Existing(RequestAction action) => new JsonObject
    {
        ["action"] = action.Path,
        ["type"] = action.Type,
        ["state"] = action switch
        {
            { Status: "completed" } => "done",
            { IsInQuestion: true } => "unknown",
            { Effect: EffectState.Waiting } => "goes_on",
            _ => "ended",
        },
        ["external_reference"] = action.ExternalReference,
    };

    /// <summary>What to do about it, should the request be given up; null for what leaves nothing.</summary>
    private static string? Suggestion(RequestAction action)
    {
        var what = action.ExternalReference ?? action.Path;
        if (action.IsInQuestion)
            return $"Find out whether {action.Path} had its effect; then retry with 'outcome' happened or did_not_happen.";

        return action.Type switch
        {
            ActionTypes.JiraTicket when action.Effect is EffectState.Waiting => $"The ticket {what} is open: an abort closes it where JIRA lets it.",
            ActionTypes.JiraTicket => $"Tell in the ticket {what} if the request is given up.",
            ActionTypes.Terraform => $"Revert the commit of {what} and have Terraform apply that, if the request is given up.",
            ActionTypes.GitHubWorkflow when action.Effect is EffectState.Waiting => $"The run {what} goes on: an abort cancels it.",
            ActionTypes.GitHubWorkflow => $"Undo by hand what the run {what} did, if the request is given up.",
            ActionTypes.RestApi => $"Delete what {what} made, if the request is given up.",
            ActionTypes.Webhook => $"Tell the receiver of {what}, if the request is given up.",
            ActionTypes.Custom => $"Ask whoever runs the worker to undo {what}, if the request is given up.",
            _ => null,
        };
    }
}
