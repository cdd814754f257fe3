using System.Text.Json.Nodes;
using Pao.Catalog;

namespace Pao.Activities.Jira;

/// <summary>Makes a ticket, and waits until somebody has resolved it.</summary>
internal sealed class JiraTicketExecutor(
    JiraInstances instances, JiraClients clients, TicketCreation creation, TicketFollowing following, TicketCancellation cancellation)
    : ICommentedExecutor
{
    public string Type => ActionTypes.JiraTicket;

    public ActionNeeds Needs(JsonObject config) => instances.Needs(config);

    public Task<ActionProgress> StartAsync(ActionExecution execution, CancellationToken cancellationToken) =>
        creation.StartAsync(execution, cancellationToken);

    public Task<ProbeVerdict> ProbeAsync(ActionExecution execution, CancellationToken cancellationToken) =>
        creation.ProbeAsync(execution, cancellationToken);

    public Task<ActionProgress> FollowAsync(ActionExecution execution, JsonObject handle, CancellationToken cancellationToken) =>
        following.FollowAsync(execution, TicketHandle.Read(handle), cancellationToken);

    public Task CancelAsync(ActionExecution execution, JsonObject handle, string reason, CancellationToken cancellationToken) =>
        cancellation.CancelAsync(execution, TicketHandle.Read(handle), reason, cancellationToken);

    public async Task CommentAsync(ActionExecution execution, JsonObject handle, ActionComment comment, CancellationToken cancellationToken)
    {
        var ticket = TicketHandle.Read(handle);
        await TicketComments.AddAsync(await clients.OpenAsync(ticket, execution, cancellationToken), ticket, comment, cancellationToken);
    }
}
