using System.Text.Json.Nodes;
using Pao.Orchestrator.Auditing;
using Pao.Orchestrator.Storage;

namespace Pao.Orchestrator.Requests;

/// <summary>Writes down what operators ask of the hub, before it is asked: nothing is done to it that nobody did.</summary>
internal sealed partial class OperatorNotes(Database database, TimeProvider time)
{
    /// <summary>Audits the step; the request that it concerns, if any, gets a line in its log.</summary>
    public Task WriteAsync(OperatorStep step, Guid? requestId, CancellationToken cancellationToken) =>
        database.WriteAsync(async transaction =>
        {
            var now = Clock.Microseconds(time);
            if (requestId is { } id)
                await transaction.ExecuteAsync(
                    AppendLog, p => p.Uuid("request_id", id).Time("now", now).Text("message", Message(step)), cancellationToken);

            var entry = new AuditEntry(step.Origin, $"orchestration.{step.Action}")
            {
                RequestId = requestId,
                Details = new JsonObject { ["instance_id"] = step.InstanceId, ["reason"] = step.Reason },
            };
            await AuditLog.WriteAsync(transaction, entry, now, cancellationToken);
            return true;
        }, cancellationToken);

    private static string Message(OperatorStep step) =>
        $"{step.Origin.Actor} asked the hub to {step.Action} the orchestration{(step.Reason is null ? "." : $": {step.Reason}")}";
}

/// <summary>What an operator asks of the hub.</summary>
/// <param name="InstanceId">The orchestration that is meant.</param>
/// <param name="Action">suspend, resume, terminate, rewind, restart or purge.</param>
/// <param name="Origin">Who asks, and from where.</param>
/// <param name="Reason">What was said with it.</param>
public sealed record OperatorStep(string InstanceId, string Action, Origin Origin, string? Reason);
