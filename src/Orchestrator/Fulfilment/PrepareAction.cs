using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Hosting;
using Pao.Catalog;
using Pao.DurableTask;
using Pao.Orchestrator.Requests;

namespace Pao.Orchestrator.Fulfilment;

/// <summary>
/// Renders an action's templates, once: what comes back is checkpointed, and kept with the request, so that <c>uuid()</c> and <c>timestamp()</c>
/// are the same on every try. Secrets stay references.
/// </summary>
[DurableTask(Name)]
internal sealed class PrepareAction(
    ActionTemplates templates, RequestProgress progress, IHostEnvironment environment, TimeProvider time)
    : TaskActivity<ActionPreparation, PreparedStep>
{
    public const string Name = "PrepareAction";

    public override Task<PreparedStep> RunAsync(TaskActivityContext context, ActionPreparation input) =>
        progress.PrepareAsync(
            new ActionKey(input.RequestId, input.ComponentId, input.Action.Id), () => Render(input), context.CancellationToken);

    private PreparedAction Render(ActionPreparation input)
    {
        var now = time.GetUtcNow();
        try
        {
            return templates.Prepare(input.Action, new TemplateScopes
            {
                Fields = input.Fields,
                Metadata = input.Metadata,
                Request = input.Request,
                System = SystemScope.Of(environment.EnvironmentName, now),
                Outputs = input.Outputs,
                Now = now,
            });
        }
        catch (TemplateException e)
        {
            throw new ActivityFailedException("template.failed", e.Message, retryable: false, e);
        }
    }
}

/// <summary>An action with everything its templates may name.</summary>
internal sealed record ActionPreparation(
    Guid RequestId, ActionDefinition Action, JsonObject Fields, JsonObject Metadata, JsonObject Request, JsonObject Outputs)
{
    /// <summary>The component of a bundle that the action belongs to; null when the request is for an item.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? ComponentId { get; init; }
}

/// <summary>What an action sends, and under which revision of its key.</summary>
/// <param name="Action">Rendered, with references in place of secrets.</param>
/// <param name="Revision">
/// It grows when a person changes what the action sends, and when its effect was made and ended badly: one key means one
/// body and one effect.
/// </param>
public sealed record PreparedStep(PreparedAction Action, int Revision);
