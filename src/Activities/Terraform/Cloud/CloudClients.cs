using Pao.Activities.Http;
using Pao.Activities.Secrets;

namespace Pao.Activities.Terraform.Cloud;

/// <summary>Opens the Terraform Cloud of a mapping for one action.</summary>
internal sealed class CloudClients(OutgoingHttp http, SecretStore store, TimeProvider clock)
{
    /// <returns>Null when the mapping has none.</returns>
    public async Task<CloudClient?> OpenAsync(TerraformMapping mapping, ActionExecution execution, CancellationToken cancellationToken)
    {
        if (mapping.Cloud is not { } options)
            return null;

        // The token is the operator's: what documents may send where does not say where it goes.
        string[] own = options.Token is { } token ? [token] : [];
        return new CloudClient(mapping, options, http, execution, await store.OpenAsync(execution, own, cancellationToken), clock);
    }
}
