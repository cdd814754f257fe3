using Pao.Activities.Secrets;

namespace Pao.Activities.Jira;

/// <summary>Opens a JIRA for one action.</summary>
internal sealed class JiraClients(JiraInstances instances, JiraAccess access, SecretStore store, TimeProvider clock)
{
    /// <summary>The one that the action names.</summary>
    public Task<JiraClient> OpenAsync(ActionExecution execution, CancellationToken cancellationToken) =>
        OpenAsync(instances.Get(execution.Config), execution, cancellationToken);

    /// <summary>The one in which the action's ticket is.</summary>
    public Task<JiraClient> OpenAsync(TicketHandle ticket, ActionExecution execution, CancellationToken cancellationToken) =>
        OpenAsync(ticket.Instance is { } name ? instances.Named(name) : instances.Get(execution.Config), execution, cancellationToken);

    private async Task<JiraClient> OpenAsync(JiraInstance instance, ActionExecution execution, CancellationToken cancellationToken)
    {
        // The instance's token is the operator's: what documents may send where does not say where it goes.
        string[] own = instance.Options.Authentication.Secret is { } token ? [token] : [];
        return new JiraClient(instance, access, execution, await store.OpenAsync(execution, own, cancellationToken), clock);
    }
}
