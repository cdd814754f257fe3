using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Pao.Sandbox.Git;

namespace Pao.Sandbox.TerraformCloud;

/// <summary>Moves runs from state to state, and tells those who asked to be told.</summary>
internal sealed class RunPilot(Deliveries deliveries, TimeProvider clock, IHostApplicationLifetime lifetime)
{
    /// <summary>To be called with the site's gate taken.</summary>
    public void Begin(TerraformSite site, Workspace workspace, Run run)
    {
        run.Move("pending", clock.GetUtcNow());
        Tell(workspace, run, "run:created");
        Continue(site, workspace, run);
    }

    /// <summary>Lets a run go on by itself, where its workspace does so. To be called with the site's gate taken.</summary>
    public void Continue(TerraformSite site, Workspace workspace, Run run)
    {
        if (workspace.Settings.StepMilliseconds is { } step)
            _ = FlyAsync(site, workspace, run, TimeSpan.FromMilliseconds(step));
    }

    /// <summary>One state further. To be called with the site's gate taken.</summary>
    /// <returns>False when it is over, or waits for somebody.</returns>
    public bool Step(TerraformSite site, Workspace workspace, Run run)
    {
        var moved = run.Advance(workspace.Settings, clock.GetUtcNow());
        if (run.Status is "applied" && moved)
            workspace.Apply(run, () => site.NewId("wsout"));
        if (Trigger(run, moved) is { } trigger)
            Tell(workspace, run, trigger);
        return moved;
    }

    public void Tell(Workspace workspace, Run run, string trigger) => Send(workspace, new JsonObject
    {
        ["payload_version"] = 1,
        ["notification_configuration_id"] = $"nc-{workspace.Id}",
        ["run_url"] = $"https://app.terraform.io/app/{workspace.Organization}/{workspace.Name}/runs/{run.Id}",
        ["run_id"] = run.Id,
        ["run_message"] = run.Message,
        ["run_created_at"] = clock.GetUtcNow().ToString("O"),
        ["run_created_by"] = "sandbox",
        ["workspace_id"] = workspace.Id,
        ["workspace_name"] = workspace.Name,
        ["organization_name"] = workspace.Organization,
        ["notifications"] = new JsonArray(new JsonObject
        {
            ["message"] = run.Status, ["trigger"] = trigger, ["run_status"] = run.Status, ["run_updated_at"] = clock.GetUtcNow().ToString("O"), ["run_updated_by"] = "sandbox",
        }),
    });

    /// <summary>What is sent when somebody tries a notification out.</summary>
    public void Verify(Workspace workspace) => Send(workspace, new JsonObject
    {
        ["payload_version"] = 1,
        ["notification_configuration_id"] = $"nc-{workspace.Id}",
        ["run_url"] = null,
        ["run_id"] = null,
        ["workspace_id"] = null,
        ["notifications"] = new JsonArray(new JsonObject { ["message"] = "Verification of a notification", ["trigger"] = "verification", ["run_status"] = null }),
    });

    private static string? Trigger(Run run, bool moved) => (run.Status, moved) switch
    {
        ("planning", true) => "run:planning",
        ("policy_override", true) => "run:needs_attention",
        ("applying", true) => "run:applying",
        ("applied" or "planned_and_finished", true) => "run:completed",
        ("errored", true) => "run:errored",
        (_, false) when run.IsConfirmable => "run:needs_attention",
        _ => null,
    };

    private void Send(Workspace workspace, JsonObject payload)
    {
        if (workspace.Settings.WebhookUrl is not { } url)
            return;

        var body = payload.ToJsonString();
        var token = workspace.Settings.WebhookToken;
        (string, string)[] headers = token is null
            ? []
            : [("X-TFE-Notification-Signature", Convert.ToHexStringLower(HMACSHA512.HashData(Encoding.UTF8.GetBytes(token), Encoding.UTF8.GetBytes(body))))];
        for (var copy = 0; copy < workspace.Settings.WebhookCopies; copy++)
            deliveries.Send(new Uri(url), body, headers);
    }

    private async Task FlyAsync(TerraformSite site, Workspace workspace, Run run, TimeSpan step)
    {
        try
        {
            while (true)
            {
                await Task.Delay(step, clock, lifetime.ApplicationStopping);
                lock (site.Gate)
                {
                    if (!Step(site, workspace, run))
                        return;
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The sandbox ends.
        }
    }
}
