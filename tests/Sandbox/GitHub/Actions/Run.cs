using System.Text.Json.Nodes;

namespace Pao.Sandbox.GitHub.Actions;

/// <summary>One run of a workflow.</summary>
internal sealed class Run(long id, int number, Workflow workflow, string branch, string sha, JsonObject inputs, DateTimeOffset at)
{
    public long Id => id;

    public int Number => number;

    public Workflow Workflow => workflow;

    public string Branch => branch;

    public string Sha => sha;

    public JsonObject Inputs => inputs;

    public DateTimeOffset CreatedAt { get; } = at;

    public string Title => workflow.RunName is { } name ? Workflow.Filled(name, inputs) : workflow.Name;

    public string StepName => Workflow.Filled(workflow.StepName ?? "terraform apply", inputs);

    public string Status { get; set; } = "queued";

    public string? Conclusion { get; set; }

    public int Attempt { get; set; } = 1;

    public DateTimeOffset UpdatedAt { get; set; } = at;

    /// <summary>How many lists do not show it yet.</summary>
    public int Hidden { get; set; }

    public bool IsDeleted { get; set; }
}
