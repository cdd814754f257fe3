using System.Text.Json.Nodes;
using Pao.Sandbox.Git;

namespace Pao.Sandbox.GitHub.Actions;

/// <summary>Moves runs on, and tells of it by webhook.</summary>
internal sealed class Runner(Forges forges, Deliveries deliveries, TimeProvider clock, IHostApplicationLifetime lifetime)
{
    /// <summary>To be called with the workshop's gate taken.</summary>
    public Run Start(Workshop shop, Workflow workflow, string branch, string sha, JsonObject inputs, string root)
    {
        var run = new Run(forges.GitHub.NextId(), shop.Runs.Count + 1, workflow, branch, sha, inputs, clock.GetUtcNow()) { Hidden = shop.Settings.HideFromLists };
        shop.Runs.Add(run);
        Announce(shop, run, "requested", root);
        if (shop.Settings.AutoCompleteMilliseconds is { } after)
            _ = CompleteLaterAsync(shop, run, root, TimeSpan.FromMilliseconds(after), shop.Settings.Conclusion);
        return run;
    }

    /// <summary>To be called with the workshop's gate taken.</summary>
    public void Move(Workshop shop, Run run, string status, string? conclusion, string root)
    {
        (run.Status, run.Conclusion, run.UpdatedAt) = (status, conclusion, clock.GetUtcNow());
        Announce(shop, run, status is "completed" ? "completed" : status is "in_progress" ? "in_progress" : "requested", root);
    }

    private void Announce(Workshop shop, Run run, string action, string root)
    {
        var json = new ActionsJson(forges.GitHub, shop.Repository, root);
        var payload = new JsonObject
        {
            ["action"] = action, ["workflow_run"] = json.Run(run), ["workflow"] = new JsonObject { ["path"] = $".github/workflows/{run.Workflow.File}" },
            ["repository"] = json.Repository(), ["sender"] = new JsonObject { ["login"] = "pao-bot" },
        };
        foreach (var hook in shop.Repository.Hooks)
            GitHubHooks.Send(deliveries, hook, "workflow_run", payload, shop.Settings.WebhookCopies);
    }

    private async Task CompleteLaterAsync(Workshop shop, Run run, string root, TimeSpan after, string conclusion)
    {
        try
        {
            await Task.Delay(after / 2, clock, lifetime.ApplicationStopping);
            Later("in_progress", null);
            await Task.Delay(after / 2, clock, lifetime.ApplicationStopping);
            Later("completed", conclusion);
        }
        catch (OperationCanceledException)
        {
            // The sandbox ends.
        }

        void Later(string status, string? ended)
        {
            lock (shop.Gate)
            {
                if (run.Status is not "completed")
                    Move(shop, run, status, ended, root);
            }
        }
    }
}
