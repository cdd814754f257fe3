using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using Pao.Activities.Secrets;
using Pao.Activities.Secrets.Stores;

namespace Pao.Activities.GitHub;

/// <summary>The configured owners of repositories.</summary>
internal sealed class GitHubOwners(IOptions<GitHubOptions> options, IConfiguration configuration)
{
    private const string DefaultName = "default";

    /// <summary>The one that is configured for a repository's owner, else the default; null when there is neither.</summary>
    public GitHubOwner? Find(string owner) => Named(owner) ?? Named(DefaultName);

    /// <exception cref="ActionFailedException">There is neither that one nor a default.</exception>
    public GitHubOwner Get(string owner) => Find(owner) ?? throw ActionFailure.Invalid(Missing(owner));

    public static string Missing(string owner) =>
        $"Nothing is configured for the repositories of '{owner}' on GitHub. An operator adds {GitHubOptions.Section}:Owners:{owner}, or one for default.";

    /// <summary>What an owner's configuration lacks to call GitHub, for people; null when nothing.</summary>
    public string? SecretMissing(GitHubOwner owner)
    {
        var (key, name) = owner.Options.App is { } app ? ("App:PrivateKey", app.PrivateKey) : ("Token", owner.Options.Token);
        if (name is null)
            return $"GitHub '{owner.Name}' has no token. An operator names its secret in {owner.ConfigurationPath}:Token, or a GitHub App in {owner.ConfigurationPath}:App.";

        return SecretReference.Parse(name) is { Store: not null } || !string.IsNullOrEmpty(configuration[$"{SecretStore.Section}:{name}"])
            ? null
            : $"The secret '{name}', which {owner.ConfigurationPath}:{key} names, is not known here. An operator sets it as {SecretStore.Section}:{name}.";
    }

    private GitHubOwner? Named(string name) =>
        options.Value.Owners.FirstOrDefault(owner => owner.Key.Equals(name, StringComparison.OrdinalIgnoreCase)) is { Key: { } key, Value: { } found }
            ? new GitHubOwner(key, found)
            : null;
}
