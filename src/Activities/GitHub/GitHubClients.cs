using Pao.Activities.Secrets;

namespace Pao.Activities.GitHub;

/// <summary>Opens a repository on GitHub for one action.</summary>
internal sealed class GitHubClients(GitHubOwners owners, GitHubAccess access, SecretStore store, TimeProvider clock)
{
    /// <exception cref="ActionFailedException">Nothing is configured for its owner, or a secret cannot be read.</exception>
    /// <remarks>Whether the action may touch the repository is its executor's question: <see cref="GitHubOwner.WhyRefused"/>.</remarks>
    public async Task<GitHubClient> OpenAsync(ActionExecution execution, GitHubRepository repository, CancellationToken cancellationToken)
    {
        var owner = owners.Get(repository.Owner);

        // The owner's token is the operator's: what documents may send where does not say where it goes.
        var own = new[] { owner.Options.App?.PrivateKey, owner.Options.App is null ? owner.Options.Token : null }.OfType<string>();
        return new GitHubClient(owner, repository, access, execution, await store.OpenAsync(execution, own, cancellationToken), clock);
    }
}
