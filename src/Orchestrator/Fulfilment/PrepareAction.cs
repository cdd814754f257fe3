using System.Globalization;
using System.Text.Json.Nodes;
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
    : TaskActivity<ActionPreparation, PreparedAction>
{
    public const string Name = "PrepareAction";

    public override Task<PreparedAction> RunAsync(TaskActivityContext context, ActionPreparation input) =>
        progress.PrepareAsync(input.RequestId, input.Action.Id, () => Render(input), context.CancellationToken);

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
                System = SystemScope(now),
                Outputs = input.Outputs,
                Now = now,
            });
        }
        catch (TemplateException e)
        {
            throw new ActivityFailedException("template.failed", e.Message, retryable: false, e);
        }
    }

    private JsonObject SystemScope(DateTimeOffset now) => new()
    {
        ["date"] = now.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        ["time"] = now.ToString("HH:mm:ss", CultureInfo.InvariantCulture),
        ["timestamp"] = now.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
        ["environment"] = environment.EnvironmentName,
        ["hostname"] = Environment.MachineName,
        ["version"] = typeof(PrepareAction).Assembly.GetName().Version?.ToString(3),
    };
}

/// <summary>An action with everything its templates may name.</summary>
internal sealed record ActionPreparation(
    Guid RequestId, ActionDefinition Action, JsonObject Fields, JsonObject Metadata, JsonObject Request, JsonObject Outputs);
