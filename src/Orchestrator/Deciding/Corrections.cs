using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Pao.Catalog;
using Pao.Orchestrator.Auditing;
using Pao.Orchestrator.Requests;
using Pao.Orchestrator.Secrets;
using Pao.Orchestrator.Storage;

namespace Pao.Orchestrator.Deciding;

/// <summary>
/// Retries that change something: fields of the request, or what is known of an action's effect. What depends on a changed
/// field is done anew under a new revision of its key; everything else stays done.
/// </summary>
public sealed partial class Corrections(Database database, SecretCipher cipher, TimeProvider time)
{
    /// <summary>Characters of a field's JSON that the audit keeps whole.</summary>
    private const int LongestAudited = 1024;

    /// <summary>Takes a retry with what it changes, or says what it would do.</summary>
    public Task<DecisionOutcome> RetryAsync(
        Guid id, Visibility visibility, Origin origin, string? reason, RetryChanges changes, bool dryRun, CancellationToken cancellationToken) =>
        database.WriteAsync(async transaction =>
        {
            if (await DecisionRows.LockAsync(transaction, id, visibility, cancellationToken) is not { } request)
                return new DecisionOutcome.NoSuchRequest();
            if (!Mandate.Allows(visibility, DecisionKind.Retry, request))
                return new DecisionOutcome.NotAllowed();
            if (!Transition.Retry.Any(transition => transition.From == request.Status))
                return await DecisionRows.ExplainAsync(transaction, id, request, DecisionKind.Retry, cancellationToken);

            var failed = await FailedRequest.ReadAsync(transaction, id, cancellationToken);
            var correction = failed.Correct(changes, out var errors);
            if (correction is null)
                return new DecisionOutcome.Refused(errors);
            if (dryRun)
                return new DecisionOutcome.Previewed(correction.Preview);

            var decision = new Decision(Guid.CreateVersion7(time.GetUtcNow()), id, request.Failure, DecisionKind.Retry, origin.Actor, reason)
            {
                Fields = correction.ChangedFields.Count > 0 ? correction.Fields : null,
                Components = correction.ChangedFields.Count > 0 && failed.Input.Item.Bundle is not null ? correction.Components : null,
                Effects = [.. correction.Redone.Select(action => action.LeftEffect(failed.Input)).OfType<LeftEffect>()],
            };
            await Rows.MoveAsync(transaction, decision, request.Status, cancellationToken);
            await WriteAsync(transaction, decision, origin, correction, cancellationToken);
            await Rows.InsertAsync(transaction, decision, Entry(decision, origin, request.Status, failed, correction), cancellationToken);
            return new DecisionOutcome.Taken(decision);
        }, cancellationToken);

    private DecisionRows Rows => new(time);

    private async Task WriteAsync(
        Transaction transaction, Decision decision, Origin origin, Correction correction, CancellationToken cancellationToken)
    {
        var now = Clock.Microseconds(time);
        if (correction.Stated is { } stated)
            await WriteAsync(transaction, decision, origin, stated, now, cancellationToken);
        if (correction.ChangedFields.Count == 0)
        {
            await transaction.ExecuteAsync(ResumeComponents, p => p.Uuid("id", decision.RequestId), cancellationToken);
            return;
        }

        var fields = correction.Fields.ToJsonString();
        await transaction.ExecuteAsync(
            ChangeFields,
            p => p.Uuid("id", decision.RequestId)
                .Json("fields", fields)
                .Number("stored_bytes", Encoding.UTF8.GetByteCount(fields))
                .Time("now", now)
                .Text("message", $"{decision.By} corrected {string.Join(", ", correction.ChangedFields)}."),
            cancellationToken);
        await new SubmittedSecrets(correction.Secrets, cipher).ReplaceAsync(transaction, decision.RequestId, now, cancellationToken);
        foreach (var action in correction.Redone)
            await RedoAsync(transaction, decision, action, now, cancellationToken);

        // A bundle's components are begun anew with what they are given now; what is done in them is found done.
        await transaction.ExecuteAsync(RestartComponents, p => p.Uuid("id", decision.RequestId), cancellationToken);
        foreach (var component in correction.Components)
            await transaction.ExecuteAsync(
                RedoComponent, p => p.Uuid("id", decision.RequestId).Text("component_id", component), cancellationToken);
    }

    private static Task<int> RedoAsync(
        Transaction transaction, Decision decision, StoredAction action, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var left = action.Shown.ExternalReference is { } reference ? $" What it made before stays: {reference}" : "";
        return transaction.ExecuteAsync(
            RedoAction,
            p => Bind(p, action.Key(decision.RequestId)).Time("now", now).Text("message", $"Done anew with corrected fields.{left}"),
            cancellationToken);
    }

    private static Task<int> WriteAsync(
        Transaction transaction, Decision decision, Origin origin, StatedAction stated, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var outcome = stated.Outcome;
        var entry = new AuditEntry(origin, "action.outcome")
        {
            RequestId = decision.RequestId,
            Details = (JsonObject?)JsonSerializer.SerializeToNode(outcome),
            Before = new JsonObject { ["action"] = stated.Action.Shown.Path, ["status"] = stated.Action.Shown.Status },
            After = new JsonObject { ["happened"] = outcome.Happened },
        };
        return transaction.ExecuteAsync(
            outcome.Happened ? StateHappened : StateNothing,
            p => Bind(AuditLog.Bind(p, entry, now), stated.Action.Key(decision.RequestId))
                .Json("output", (outcome.Outputs ?? []).ToJsonString())
                .Text("external_reference", outcome.ExternalReference)
                .Text("message", outcome.Happened
                    ? $"{decision.By} found out that its effect is there."
                    : $"{decision.By} found out that its effect did not happen.")
                .Time("now", now),
            cancellationToken);
    }

    /// <summary>With the fields that were corrected, as people may see them: before and now. Of a long one the audit has the hash.</summary>
    private static AuditEntry Entry(Decision decision, Origin origin, RequestStatus from, FailedRequest failed, Correction correction)
    {
        var entry = decision.EntryOf(origin, from);
        if (correction.ChangedFields.Count > 0)
        {
            entry.Before!["fields"] = Shown(failed.Input.Fields);
            entry.After!["fields"] = Shown(correction.Fields);
        }

        return entry;

        JsonObject Shown(JsonObject fields)
        {
            var changed = fields.Where(field => correction.ChangedFields.Contains(field.Key));
            var shown = FieldSecrets.Redact(new(changed.Select(field => KeyValuePair.Create(field.Key, field.Value?.DeepClone()))));
            return new(shown.Select(field => KeyValuePair.Create(field.Key, Short(field.Value?.DeepClone()))));
        }
    }

    private static JsonNode? Short(JsonNode? value) => value?.ToJsonString() is { Length: > LongestAudited } text
        ? $"[{text.Length} characters, sha256 {Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))}]"
        : value;

    private static Parameters Bind(Parameters parameters, ActionKey key) =>
        parameters.Uuid("id", key.RequestId).Text("component_id", key.Component).Text("action_id", key.ActionId);
}
