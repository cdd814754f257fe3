using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Pao.Activities.Expressions;

namespace Pao.Activities.Jira;

/// <summary>Makes the ticket of an action, or finds the one that an earlier attempt made.</summary>
internal sealed partial class TicketCreation(
    JiraClients clients, CustomFields custom, TicketSearch search, ResponseExpressions expressions, IRelatedTickets? related = null)
{
    public async Task<ActionProgress> StartAsync(ActionExecution execution, CancellationToken cancellationToken)
    {
        var plan = await PrepareAsync(execution, cancellationToken);
        return Made(plan, await CreateAsync(plan.Client, plan.Body, cancellationToken));
    }

    public async Task<ProbeVerdict> ProbeAsync(ActionExecution execution, CancellationToken cancellationToken)
    {
        var client = await clients.OpenAsync(execution, cancellationToken);
        var project = Project(new ActionConfig(execution.Config, client.Secrets));
        try
        {
            return await search.FindAsync(JiraKey.Of(execution), project, client, cancellationToken) is { } ticket
                ? new ProbeVerdict.Happened(Made(
                    new Plan(client, [], await BlockersAsync(execution, client, cancellationToken), Waits(execution, client)), ticket))
                : new ProbeVerdict.DidNotHappen();
        }
        catch (NotSearchableException closed)
        {
            return new ProbeVerdict.Unknown(
                $"A ticket with the label {JiraKey.Of(execution).Label} was looked for, but the search is refused: {closed.Message}");
        }
    }

    /// <summary>All that can be wrong is found before there is a ticket.</summary>
    private async Task<Plan> PrepareAsync(ActionExecution execution, CancellationToken cancellationToken)
    {
        try
        {
            var client = await clients.OpenAsync(execution, cancellationToken);
            var config = new ActionConfig(execution.Config, client.Secrets);
            var project = Project(config);
            if (JiraInstances.ProjectRefused(client.Instance, project) is { } refusal)
                throw ActionFailure.Invalid(refusal);

            var waits = Waits(execution, client);
            _ = TicketOutputs.Of(execution, expressions);
            await StatusMapping.CheckAsync(StatusMapping.Of(config), project, client, cancellationToken);
            var body = await new TicketFields(client.Instance, config, custom)
                .CreateAsync(JiraKey.Of(execution), execution.CorrelationId, client, cancellationToken);
            return new Plan(client, body, await BlockersAsync(execution, client, cancellationToken), waits);
        }
        catch (ActionFailedException failure) when (failure.Effect is ActionEffect.Unknown)
        {
            // Questions only were asked so far, whatever became of them.
            throw failure.With(ActionEffect.None);
        }
    }

    private static async Task<TicketHandle> CreateAsync(JiraClient client, JsonObject body, CancellationToken cancellationToken)
    {
        const string path = "issue";
        JsonObject made;
        try
        {
            made = await client.PostAsync(path, body, cancellationToken);
        }
        catch (ActionFailedException flood) when (flood.Code is ActionFailure.TooLargeCode)
        {
            // There is a ticket, and the next attempt finds it.
            throw ActionFailure.Lost(flood.Message);
        }

        return made["id"].AsText() is { } id && made["key"].AsText() is { } key ? new TicketHandle(id, key) : throw client.Malformed(HttpMethod.Post, path);
    }

    private static ActionProgress.Waiting Made(Plan plan, TicketHandle ticket)
    {
        var handle = ticket with { Instance = plan.Client.Instance.Name, ToLink = [.. plan.Blockers.Where(key => key != ticket.Key)] };
        var waiting = TicketProgress.Waiting(plan.Client.Instance, handle, status: null);

        // Links are made with the next look, and so is what needs no waiting: the ticket is noted first.
        return handle.ToLink.Count > 0 || !plan.Waits ? waiting with { PollAfter = TimeSpan.Zero } : waiting;
    }

    private async Task<IReadOnlyList<string>> BlockersAsync(ActionExecution execution, JiraClient client, CancellationToken cancellationToken)
    {
        if (related is null || execution.ComponentId is null)
            return [];

        var tickets = await related.BlockersAsync(execution, cancellationToken);
        return [.. tickets.Where(ticket => ticket.Url == client.Instance.Browse(ticket.Key)).Select(ticket => ticket.Key).Distinct()];
    }

    private static bool Waits(ActionExecution execution, JiraClient client) =>
        TicketFollowing.WaitsForResolution(new ActionConfig(execution.Config, client.Secrets));

    private static string Project(ActionConfig config)
    {
        var project = config.Text("ticket.project");
        return ProjectPattern().IsMatch(project) ? project : throw ActionFailure.Invalid($"'ticket.project' is '{project}', which is no key of a project, such as PLAT.");
    }

    private sealed record Plan(JiraClient Client, JsonObject Body, IReadOnlyList<string> Blockers, bool Waits);

    [GeneratedRegex("^[A-Z][A-Z0-9_]{0,127}$", RegexOptions.NonBacktracking)]
    private static partial Regex ProjectPattern();
}
