using System.Globalization;
using System.Text.Json.Nodes;

namespace Pao.Sandbox.TerraformCloud;

/// <summary>One run of a workspace. Its states follow each other as Terraform Cloud's do.</summary>
internal sealed class Run(string id, Configuration configuration, string message, bool autoApply, string source)
{
    private static readonly string[] Ends = ["applied", "errored", "discarded", "canceled", "planned_and_finished"];

    private readonly Dictionary<string, DateTimeOffset> _times = [];

    public string Id => id;

    public Configuration Configuration => configuration;

    public string Message => message;

    public string Status { get; private set; } = "pending";

    public bool IsOver => Ends.Contains(Status);

    public bool IsConfirmable { get; private set; }

    private bool IsConfirmed { get; set; }

    private bool IsApplying => _times.ContainsKey("applying");

    public void Move(string status, DateTimeOffset at)
    {
        (Status, IsConfirmable) = (status, false);
        _times[status] = at;
    }

    public void Confirm(DateTimeOffset at)
    {
        IsConfirmed = true;
        Move("confirmed", at);
    }

    /// <summary>One state further.</summary>
    /// <returns>False when it is over, or waits for somebody.</returns>
    public bool Advance(TerraformSettings settings, DateTimeOffset at)
    {
        var next = Next(settings);
        if (next is null)
        {
            IsConfirmable = !IsOver && Status is "planned" or "cost_estimated" or "policy_checked";
            return false;
        }

        Move(next, at);
        return true;
    }

    private string? Next(TerraformSettings settings) => Status switch
    {
        "pending" => "plan_queued",
        "plan_queued" => "planning",
        "planning" when settings.FailsAt is "planning" || configuration.Files is null => "errored",
        "planning" => settings.NoChanges ? "planned_and_finished" : "planned",
        "planned" when settings.HasCostEstimate => "cost_estimating",
        "cost_estimating" => "cost_estimated",
        "planned" or "cost_estimated" when settings.Policy is not null => "policy_checking",
        "policy_checking" => settings.Policy switch { "soft_failed" => "policy_override", "hard_failed" => "errored", _ => "policy_checked" },
        "planned" or "cost_estimated" or "policy_checked" => autoApply || settings.AutoApply ? "apply_queued" : null,
        "confirmed" => "apply_queued",
        "apply_queued" => "applying",
        "applying" => settings.FailsAt is "applying" ? "errored" : "applied",
        _ => null,
    };

    public JsonObject ToJson(string workspace) => new()
    {
        ["id"] = id,
        ["type"] = "runs",
        ["attributes"] = new JsonObject
        {
            ["actions"] = new JsonObject
            {
                ["is-cancelable"] = !IsOver && !IsConfirmable,
                ["is-confirmable"] = IsConfirmable,
                ["is-discardable"] = !IsOver && (IsConfirmable || Status is "pending" or "policy_override"),
                ["is-force-cancelable"] = false,
            },
            ["auto-apply"] = autoApply,
            ["canceled-at"] = null,
            ["created-at"] = _times.Count > 0 ? Time(_times.Values.Min()) : Time(DateTimeOffset.UnixEpoch),
            ["has-changes"] = Status is not "planned_and_finished",
            ["is-destroy"] = false,
            ["message"] = message,
            ["plan-only"] = false,
            ["refresh"] = true,
            ["source"] = source,
            ["status"] = Status,
            ["status-timestamps"] = new JsonObject(_times.Select(time => KeyValuePair.Create($"{time.Key.Replace('_', '-')}-at", (JsonNode?)Time(time.Value)))),
            ["trigger-reason"] = "manual",
        },
        ["relationships"] = new JsonObject
        {
            ["workspace"] = Related("workspaces", workspace),
            ["configuration-version"] = Related("configuration-versions", configuration.Id),
        },
        ["links"] = new JsonObject { ["self"] = $"/api/v2/runs/{id}" },
    };

    private static JsonObject Related(string type, string to) => new() { ["data"] = new JsonObject { ["id"] = to, ["type"] = type } };

    private static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
