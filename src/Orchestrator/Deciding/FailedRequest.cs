using System.Text.Json;
using System.Text.Json.Nodes;
using Pao.Catalog;
using Pao.Orchestrator.Fulfilment;
using Pao.Orchestrator.Planning;
using Pao.Orchestrator.Requests;
using Pao.Orchestrator.Storage;

namespace Pao.Orchestrator.Deciding;

/// <summary>A request that waits for a decision, with all that a retry may change.</summary>
/// <param name="Input">What its orchestration was given.</param>
/// <param name="Form">To which corrected fields are held; null when it was made before forms were kept.</param>
/// <param name="Plan">How it is fulfilled.</param>
/// <param name="Actions">In their order.</param>
internal sealed record FailedRequest(FulfilmentInput Input, Form? Form, ChosenPlan Plan, IReadOnlyList<StoredAction> Actions)
{
    private const int LargestOutputs = 64 * 1024;
    private const int LongestReference = 2048;

    private const string Find = $"select {FulfilmentInputs.Columns}, form, plan from requests where id = @id";

    private static readonly Dictionary<string, string[]> NoErrors = [];

    public static async Task<FailedRequest> ReadAsync(Transaction transaction, Guid id, CancellationToken cancellationToken)
    {
        var request = (await transaction.ReadAsync(
            Find,
            p => p.Uuid("id", id),
            row => (Input: FulfilmentInputs.Read(row), Form: row.TextOrNull("form"), Plan: ChosenPlan.Read(row)),
            cancellationToken)).Single();
        var actions = await transaction.ReadAsync(StoredAction.Find, p => p.Uuid("id", id), StoredAction.Read, cancellationToken);
        return new FailedRequest(
            request.Input,
            request.Form is { } form ? JsonSerializer.Deserialize<Form>(form) : null,
            request.Plan ?? ChosenPlan.AsWritten(request.Input.Item), actions);
    }

    /// <summary>What the changes amount to; null when they do not fit.</summary>
    /// <param name="changes">What a person sent.</param>
    /// <param name="errors">Why they do not, by JSON Pointer into the body.</param>
    public Correction? Correct(RetryChanges changes, out IReadOnlyDictionary<string, string[]> errors)
    {
        StatedAction? stated = null;
        if (changes.Outcome is { } outcome && State(outcome, out stated) is { } mistake)
            return Refuse(mistake.Pointer, mistake.Message, out errors);
        if (changes.Fields is not { } fields)
        {
            errors = NoErrors;
            return Of(Input.Fields, secrets: NoSecrets, [], stated);
        }

        if (Form is null)
            return Refuse("/fields", "Cannot be corrected: the request was made by an earlier version.", out errors);

        var result = Form.Correct(Input.Fields, fields);
        errors = result.Errors;
        if (!result.IsValid)
            return null;
        if (FulfilmentInput.WhyTooLong(result.Values) is { } tooLong)
            return Refuse("/fields", tooLong, out errors);

        var changed = result.Values.Select(field => field.Key).Union(Input.Fields.Select(field => field.Key))
            .Where(id => result.Secrets.ContainsKey(id) || !JsonNode.DeepEquals(result.Values[id], Input.Fields[id]));
        return Of(result.Values, result.Secrets, [.. changed], stated);
    }

    private static IReadOnlyDictionary<string, string> NoSecrets { get; } = new Dictionary<string, string>();

    private Correction Of(JsonObject fields, IReadOnlyDictionary<string, string> secrets, IReadOnlyList<string> changed, StatedAction? stated)
    {
        var redoing = Redoing.Of(
            Input.Item, component => Plan.ActionsOf(Input.Item, component), changed.ToHashSet(StringComparer.Ordinal),
            (Form?.Fields ?? []).Select(field => field.Id).ToHashSet(StringComparer.Ordinal));

        // What was not prepared yet will be, with the fields that it finds.
        List<StoredAction> redone = [.. Actions.Where(action =>
            action.Prepared is not null && redoing.IsRedone(action.Shown.ComponentId, action.Shown.Id))];
        var kept = Actions.Where(action => !redone.Contains(action)
            && (action.Shown.Status is "completed" || (action == stated?.Action && stated.Outcome.Happened)));
        var goesOn = Actions.Where(action => action.Shown.Status is "failed");
        return new Correction(
            fields, secrets, changed, redone, redoing.Components, stated,
            new RetryPreview(
                changed,
                [.. redone.Select(action => RetriedAction.Of(action.Shown, redone: true))],
                [.. kept.Select(action => RetriedAction.Of(action.Shown, redone: false))],
                [.. goesOn.Select(action => action.Shown.Path)]));
    }

    private (string Pointer, string Message)? State(StatedOutcome outcome, out StatedAction? stated)
    {
        stated = null;
        var open = Actions.Where(action => action.Shown is { IsInQuestion: true, Status: "failed" }).ToList();
        var meant = outcome.Action is { } path ? open.Where(action => action.Shown.Path == path).ToList() : open;
        switch (meant)
        {
            case [] when open.Count == 0:
                return ("/outcome", "Nothing is in question: no failed action has an effect of which nobody knows.");
            case []:
                return ("/action", $"Must be one of those in question: {string.Join(", ", open.Select(action => action.Shown.Path))}.");
            case [var action]:
                stated = new StatedAction(action, outcome);
                return Mistake(action, outcome);
            default:
                return ("/action", $"Must say which one: {string.Join(", ", open.Select(action => action.Shown.Path))}.");
        }
    }

    private (string Pointer, string Message)? Mistake(StoredAction action, StatedOutcome outcome)
    {
        if (!outcome.Happened && (outcome.Outputs is not null || outcome.ExternalReference is not null))
            return ("/outcome", "What did not happen has no outputs and no reference.");
        if (outcome.ExternalReference is { Length: 0 or > LongestReference })
            return ("/external_reference", $"Must be text of 1 to {LongestReference} characters.");
        if (outcome.Outputs?.ToJsonString().Length > LargestOutputs)
            return ("/outputs", $"Must be at most {LargestOutputs} characters.");

        var definition = Plan.ActionsOf(Input.Item, action.Shown.ComponentId).FirstOrDefault(one => one.Id == action.Shown.Id);
        var known = definition is null ? [] : ActionOutputs.NamesOf(definition);
        return outcome.Outputs?.Select(output => output.Key).FirstOrDefault(name => !known.Contains(name)) is { } unknown
            ? ($"/outputs/{unknown}", $"Is no output of {action.Shown.Path}; there are {string.Join(", ", known)}.")
            : null;
    }

    private static Correction? Refuse(string pointer, string message, out IReadOnlyDictionary<string, string[]> errors)
    {
        errors = new Dictionary<string, string[]> { [pointer] = [message] };
        return null;
    }
}
