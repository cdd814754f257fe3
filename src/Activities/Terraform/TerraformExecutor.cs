using System.Text.Json.Nodes;
using Pao.Catalog;

namespace Pao.Activities.Terraform;

/// <summary>Writes a Terraform file where its mapping says, and waits until it is applied.</summary>
internal sealed class TerraformExecutor(
    TerraformMappings mappings, TerraformDelivering delivering, TerraformFollowing following, TerraformCancellation cancellation) : IFollowedExecutor
{
    public string Type => ActionTypes.Terraform;

    public ActionNeeds Needs(JsonObject config) => mappings.Needs(config);

    public Task<ActionProgress> StartAsync(ActionExecution execution, CancellationToken cancellationToken) =>
        delivering.StartAsync(execution, cancellationToken);

    public Task<ProbeVerdict> ProbeAsync(ActionExecution execution, CancellationToken cancellationToken) =>
        delivering.ProbeAsync(execution, cancellationToken);

    public Task<ActionProgress> FollowAsync(ActionExecution execution, JsonObject handle, CancellationToken cancellationToken) =>
        following.FollowAsync(execution, TerraformHandle.Read(handle), cancellationToken);

    public Task CancelAsync(ActionExecution execution, JsonObject handle, string reason, CancellationToken cancellationToken) =>
        cancellation.CancelAsync(execution, TerraformHandle.Read(handle), reason, cancellationToken);
}
