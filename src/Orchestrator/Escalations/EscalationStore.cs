using System.Text.Json.Nodes;
using Pao.Activities;
using Pao.Orchestrator.Fulfilment;
using Pao.Orchestrator.Requests;
using Pao.Orchestrator.Storage;

namespace Pao.Orchestrator.Escalations;

/// <summary>What was asked of others about failed requests, and where their answer is found.</summary>
public sealed partial class EscalationStore(Database database, TimeProvider time)
{
    /// <summary>The last one of a request; null when there is none.</summary>
    public async Task<Escalation?> FindAsync(Guid requestId, CancellationToken cancellationToken) =>
        (await database.ReadAsync(
            Find,
            p => p.Uuid("id", requestId),
            row => Read(row),
            cancellationToken)).SingleOrDefault();

    /// <summary>What a request for help is about.</summary>
    internal async Task<EscalationSubject> SubjectAsync(EscalationKey key, CancellationToken cancellationToken)
    {
        var subject = (await database.ReadAsync(
            FindSubject,
            p => p.Uuid("id", key.RequestId).Number("failure", key.Failure),
            row => (Input: FulfilmentInputs.Read(row), Error: row.ObjectOrNull("error") ?? [], By: row.Text("decided_by"), Reason: row.TextOrNull("reason")),
            cancellationToken)).Single();
        var made = await database.ReadAsync(FindMade, p => p.Uuid("id", key.RequestId), row => row.Text("made"), cancellationToken);
        return new EscalationSubject(subject.Input, subject.Error, subject.By, subject.Reason, made);
    }

    // Whoever is asked has the ticket from the moment that it is there; nobody waits for its end.
    private static Escalation Read(Row row)
    {
        var isThere = row.TextOrNull("intent") is "waiting";
        return new Escalation(
            row.Count("failure"),
            row.Text("decided_by"),
            row.TextOrNull("reason"),
            row.Time("created_at"),
            row.Text("action_type"),
            isThere ? "completed" : row.Text("status"),
            row.Count("attempt"),
            isThere ? row.Object("waiting")[nameof(ActionProgress.Waiting.Outputs)]?.DeepClone() as JsonObject : row.ObjectOrNull("output"),
            row.ObjectOrNull("error"),
            row.TextOrNull("external_reference"));
    }

    internal Task FailAsync(FailedEscalation failed, CancellationToken cancellationToken) =>
        database.WriteAsync(
            transaction => transaction.ExecuteAsync(
                Fail,
                p => p.Uuid("id", failed.Key.RequestId)
                    .Text("action_id", failed.Key.ActionId)
                    .Json("error", new JsonObject { ["code"] = failed.Code, ["message"] = failed.Message }.ToJsonString())
                    .Text("message", $"Nobody could be asked for help: {failed.Message}")
                    .Time("now", Clock.Microseconds(time)),
                cancellationToken),
            cancellationToken);
}

/// <summary>A request for help.</summary>
/// <param name="Failure">Which stop of the request it is about, counted from 1.</param>
/// <param name="By">Who asked.</param>
/// <param name="Reason">What was said with it.</param>
/// <param name="At">When.</param>
/// <param name="Type">Of the action that asks: jira-ticket.</param>
/// <param name="Status">pending, in_progress, completed (it is asked) or failed (it could not be).</param>
/// <param name="Attempts">How often it was tried.</param>
/// <param name="Outputs">Of the action: the ticket's key and URL.</param>
/// <param name="Error">Why it could not be asked.</param>
/// <param name="ExternalReference">Where it is found.</param>
public sealed record Escalation(
    int Failure,
    string By,
    string? Reason,
    DateTimeOffset At,
    string Type,
    string Status,
    int Attempts,
    JsonObject? Outputs,
    JsonObject? Error,
    string? ExternalReference);

/// <summary>What a request for help is about.</summary>
/// <param name="Input">The request.</param>
/// <param name="Error">What it stands at.</param>
/// <param name="By">Who asks.</param>
/// <param name="Reason">What was said with it.</param>
/// <param name="Made">What exists already.</param>
internal sealed record EscalationSubject(FulfilmentInput Input, JsonObject Error, string By, string? Reason, IReadOnlyList<string> Made)
{
    /// <summary>What templates read as <c>output.failure.x</c>. Each is there, so that no template fails for want of one.</summary>
    public JsonObject Failure() => new()
    {
        ["action"] = (string?)Error["action"] ?? "",
        ["attempts"] = (int?)Error["attempts"] ?? 0,
        ["code"] = (string?)Error["code"] ?? "",
        ["message"] = (string?)Error["message"] ?? "",
        ["exists"] = string.Join(", ", Made),
        ["reason"] = Reason ?? "",
        ["escalatedBy"] = By,
    };
}
