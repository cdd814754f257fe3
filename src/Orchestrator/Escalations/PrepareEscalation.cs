using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using Pao.Activities;
using Pao.Catalog;
using Pao.DurableTask;
using Pao.Orchestrator.Fulfilment;
using Pao.Orchestrator.Requests;

namespace Pao.Orchestrator.Escalations;

/// <summary>Renders the request for help, once, from the configuration and what is known of the failure.</summary>
[DurableTask(Name)]
internal sealed class PrepareEscalation(
    ActionTemplates templates, RequestProgress progress, EscalationStore escalations, IOptions<EscalationOptions> options,
    SystemScope system, TimeProvider time)
    : TaskActivity<EscalationKey, ActionExecution>
{
    public const string Name = "PrepareEscalation";

    public override async Task<ActionExecution> RunAsync(TaskActivityContext context, EscalationKey input)
    {
        var subject = await escalations.SubjectAsync(input, context.CancellationToken);
        var key = new ActionKey(input.RequestId, EscalationKey.Component, input.ActionId);
        var step = await progress.PrepareAsync(key, () => Render(input, subject), context.CancellationToken);
        return (ActionScope.Of(subject.Input) with { ComponentId = EscalationKey.Component }).Execution(step);
    }

    private PreparedAction Render(EscalationKey key, EscalationSubject subject)
    {
        var config = options.Value.Config
            ?? throw new ActivityFailedException("escalation.not_configured", $"{EscalationOptions.Section}:Config is not set here.", retryable: false);
        var now = time.GetUtcNow();
        try
        {
            return templates.Prepare(
                new ActionDefinition(key.ActionId, Name: null, options.Value.Type, config, Condition: null, [], Retry: null, Timeout: null, Outputs: null),
                new TemplateScopes
                {
                    Fields = FieldSecrets.Redact(subject.Input.Fields),
                    Metadata = subject.Input.Item.Metadata,
                    Request = RequestScope.Of(subject.Input),
                    System = system.At(now),
                    Outputs = new JsonObject { ["failure"] = subject.Failure() },
                    Now = now,
                });
        }
        catch (TemplateException mistake)
        {
            throw new ActivityFailedException("template.failed", mistake.Message, retryable: false, mistake);
        }
    }
}
