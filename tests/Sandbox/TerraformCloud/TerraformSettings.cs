namespace Pao.Sandbox.TerraformCloud;

/// <summary>How a workspace behaves; set through its control endpoint.</summary>
internal sealed record TerraformSettings
{
    /// <summary>How long a run is in each of its states; null: it moves only when somebody says so.</summary>
    public int? StepMilliseconds { get; init; } = 20;

    /// <summary>A plan without objections is applied at once, also of runs that do not ask for it.</summary>
    public bool AutoApply { get; init; }

    public string WorkingDirectory { get; init; } = "";

    /// <summary>The repository whose branch it runs: <c>owner/name</c>; null: configurations are uploaded.</summary>
    public string? Repository { get; init; }

    public string Branch { get; init; } = "main";

    /// <summary>The state in which runs end as <c>errored</c>: <c>planning</c>, <c>applying</c>.</summary>
    public string? FailsAt { get; init; }

    public bool HasCostEstimate { get; init; }

    /// <summary>Null: there are no policies. <c>passed</c>, <c>soft_failed</c> or <c>hard_failed</c>.</summary>
    public string? Policy { get; init; }

    /// <summary>Plans find nothing to do.</summary>
    public bool NoChanges { get; init; }

    /// <summary>So many looks find an upload still being unpacked.</summary>
    public int UnpackLooks { get; init; }

    /// <summary>So many readings of the outputs come too early.</summary>
    public int OutputsLate { get; init; }

    /// <summary>Where notifications go; null: nowhere.</summary>
    public string? WebhookUrl { get; init; }

    public string? WebhookToken { get; init; }

    /// <summary>How often each is sent.</summary>
    public int WebhookCopies { get; init; } = 1;
}
