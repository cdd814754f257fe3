using System.Text.Json.Serialization;
using Pao.Activities;
using Pao.DurableTask;

namespace Pao.Orchestrator.Following;

/// <summary>How waiting for an effect ended: with its result, or a failure.</summary>
internal sealed record AwaitedOutcome(
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] ActionResult? Result,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] TaskFailureDetails? Failure);

/// <summary>The custom status of an orchestration that waits for an effect.</summary>
internal sealed record AwaitedProgress(
    string WaitsFor, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] DateTimeOffset? Until);
