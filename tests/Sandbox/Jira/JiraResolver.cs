using System.Text.Json.Nodes;

namespace Pao.Sandbox.Jira;

/// <summary>The person who works on tickets: moves one as a test says, or by itself after a while.</summary>
internal sealed class JiraResolver(JiraHooks hooks, TimeProvider clock, IHostApplicationLifetime lifetime)
{
    /// <summary>Lets the ticket resolve itself where the site does so. To be called with the site's gate taken.</summary>
    public void Plan(JiraSite site, JiraIssue issue, string api)
    {
        if (site.Settings.AutoResolveMilliseconds is { } after)
            _ = ResolveLaterAsync(site, issue, api, TimeSpan.FromMilliseconds(after));
    }

    /// <summary>To be called with the site's gate taken.</summary>
    public void Move(JiraSite site, JiraIssue issue, string api, JiraStatus status, string? resolution, JsonObject? fields)
    {
        var from = issue.Status.Name;
        issue.Status = status;
        issue.Resolution = resolution ?? status.Resolution;
        foreach (var (name, value) in fields ?? [])
            issue.Fields[name] = value?.DeepClone();
        hooks.IssueUpdated(site, issue, api, from);
    }

    private async Task ResolveLaterAsync(JiraSite site, JiraIssue issue, string api, TimeSpan after)
    {
        try
        {
            await Task.Delay(after, clock, lifetime.ApplicationStopping);
        }
        catch (OperationCanceledException)
        {
            return;
        }

        lock (site.Gate)
        {
            if (issue.Status.Category is not "done" && JiraStatus.Find(site.Settings.AutoResolveStatus) is { } status)
                Move(site, issue, api, status, resolution: null, fields: null);
        }
    }
}
