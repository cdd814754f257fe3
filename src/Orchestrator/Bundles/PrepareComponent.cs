using Pao.Catalog;
using Pao.DurableTask;
using Pao.Orchestrator.Fulfilment;
using Pao.Orchestrator.Requests;

namespace Pao.Orchestrator.Bundles;

/// <summary>
/// Makes the fields of a component's item, once: what comes back is checkpointed, and kept with the request. Secrets stay
/// references. Fields that do not fit the item's form fail the component.
/// </summary>
[DurableTask(Name)]
internal sealed class PrepareComponent(
    ComponentTemplates templates, ComponentProgress progress, SystemScope system, TimeProvider time)
    : TaskActivity<ComponentInput, PreparedComponent>
{
    public const string Name = "PrepareComponent";

    public override Task<PreparedComponent> RunAsync(TaskActivityContext context, ComponentInput input) =>
        progress.PrepareAsync(input.Key, () => Render(input), context.CancellationToken);

    private PreparedComponent Render(ComponentInput input)
    {
        var now = time.GetUtcNow();
        var prepared = templates.Prepare(input.Component.Definition, new TemplateScopes
        {
            Fields = TemplateScopes.FieldsOf(input.Fields, input.Groups),
            Metadata = input.Bundle,
            Request = input.Request,
            System = system.At(now),
            Components = input.Components,
            Item = input.Component.Item.Metadata,
            Bundle = input.Bundle,
            Now = now,
        });
        return prepared.IsValid ? prepared : throw Invalid(input, prepared);
    }

    private static ActivityFailedException Invalid(ComponentInput input, PreparedComponent prepared)
    {
        var errors = prepared.Errors.OrderBy(error => error.Key, StringComparer.Ordinal)
            .SelectMany(error => error.Value.Select(message => $"{error.Key} {message}"));
        return new(
            "component.invalid",
            $"Component '{input.Component.Id}' cannot be requested of {input.Component.Item.Id} {input.Component.Item.Version}: "
            + $"{string.Join("; ", errors)}.",
            retryable: false);
    }
}
