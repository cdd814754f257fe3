using System.Text.Json.Nodes;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using Pao.Activities.GitHub;
using Pao.Activities.Jira;
using Pao.Activities.Secrets;
using Pao.Activities.Secrets.Stores;
using Pao.Activities.Terraform.Local;

namespace Pao.Activities.Terraform;

/// <summary>The configured mappings, by the names that documents have for them.</summary>
internal sealed class TerraformMappings(IOptions<TerraformOptions> options, GitHubOwners owners, IConfiguration configuration)
{
    /// <exception cref="ActionFailedException">There is none of that name.</exception>
    public TerraformMapping Get(string name) => Find(name) ?? throw ActionFailure.Invalid(Missing(name));

    public ActionNeeds Needs(JsonObject config)
    {
        if (config["repositoryMapping"].AsText() is not { } name || name.Contains('{'))
            return new ActionNeeds(System: null);
        if (Find(name) is not { } mapping)
            return new ActionNeeds(System: null, Missing(name));

        return mapping.Options.Local is { } local
            ? new ActionNeeds(System: null, TerraformProgram.Missing(mapping, local))
            : NeedsOfRepository(mapping);
    }

    private ActionNeeds NeedsOfRepository(TerraformMapping mapping)
    {
        var login = mapping.Repository.Owner;
        if (owners.Find(login) is not { } owner)
            return new ActionNeeds($"github:{login}", GitHubOwners.Missing(login));

        return new ActionNeeds(owner.System, owners.SecretMissing(owner) ?? TokenMissing(mapping));
    }

    private string? TokenMissing(TerraformMapping mapping)
    {
        if (mapping.Cloud?.Token is not { } name)
            return null;

        return SecretReference.Parse(name) is { Store: not null } || !string.IsNullOrEmpty(configuration[$"{SecretStore.Section}:{name}"])
            ? null
            : $"The secret '{name}', which {mapping.ConfigurationPath}:TerraformCloud:Token names, is not known here. An operator sets it as {SecretStore.Section}:{name}.";
    }

    private TerraformMapping? Find(string name) =>
        options.Value.Mappings.FirstOrDefault(mapping => mapping.Key.Equals(name, StringComparison.OrdinalIgnoreCase)) is { Key: { } key, Value: { } found }
            ? new TerraformMapping(key, found)
            : null;

    private string Missing(string name) => options.Value.Mappings.Count is 0
        ? $"The repository mapping '{name}' is not configured; none is. An operator adds it below {TerraformOptions.Section}:Mappings."
        : $"The repository mapping '{name}' is not configured; there are: {string.Join(", ", options.Value.Mappings.Keys)}. An operator adds it below {TerraformOptions.Section}:Mappings.";
}
