using System.Text.Json.Nodes;
using Pao.Activities.Jira;

namespace Pao.Activities.Terraform.Cloud;

/// <summary>A run, as far as it is followed.</summary>
/// <param name="Id">Such as <c>run-…</c>.</param>
/// <param name="Status">As Terraform Cloud calls it.</param>
/// <param name="Message">What whoever made it wrote.</param>
internal sealed record CloudRun(string Id, string Status, string? Message)
{
    private static readonly string[] NeedsPerson =
        ["pre_plan_awaiting_decision", "post_plan_awaiting_decision", "tf_policy_override", "policy_override", "policy_soft_failed", "planned_and_saved"];

    /// <summary>A plan is there, and somebody may confirm it.</summary>
    public bool IsConfirmable { get; private init; }

    public bool IsCancelable { get; private init; }

    public bool IsDiscardable { get; private init; }

    /// <summary>Its apply was begun: something may be there, also when it failed.</summary>
    public bool HasApplied { get; private init; }

    public RunOutcome Outcome => Status switch
    {
        "applied" or "planned_and_finished" => RunOutcome.Applied,
        "errored" => RunOutcome.Failed,
        "discarded" or "canceled" or "force_canceled" => RunOutcome.GivenUp,
        _ => RunOutcome.GoesOn,
    };

    /// <summary>It stands still until somebody decides something in Terraform Cloud, beside confirming the plan.</summary>
    public bool WaitsForDecision => NeedsPerson.Contains(Status);

    /// <returns>Null when it is no run.</returns>
    public static CloudRun? Read(JsonObject? data)
    {
        var attributes = data?["attributes"] as JsonObject;
        if (data?["id"].AsText() is not { } id || attributes?["status"].AsText() is not { } status)
            return null;

        var actions = attributes["actions"] as JsonObject;
        return new CloudRun(id, status, attributes["message"].AsText())
        {
            IsConfirmable = IsTrue(actions?["is-confirmable"]),
            IsCancelable = IsTrue(actions?["is-cancelable"]),
            IsDiscardable = IsTrue(actions?["is-discardable"]),
            HasApplied = (attributes["status-timestamps"] as JsonObject)?["applying-at"] is not null,
        };
    }

    private static bool IsTrue(JsonNode? node) => node is JsonValue value && value.GetValueKind() is System.Text.Json.JsonValueKind.True;
}

internal enum RunOutcome
{
    GoesOn,
    Applied,
    Failed,
    GivenUp,
}
