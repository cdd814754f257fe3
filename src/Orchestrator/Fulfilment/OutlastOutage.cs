using System.Text.Json.Serialization;
using Pao.Activities;
using Pao.Catalog;
using Pao.DurableTask;

namespace Pao.Orchestrator.Fulfilment;

/// <summary>
/// Carries an action out that has waited long for an external system. An outage may last for days, so the history is begun
/// anew after some pauses; that of the request has one entry for all of it.
/// </summary>
[DurableTask(Name)]
internal sealed class OutlastOutage : TaskOrchestrator<ParkedExecution, CarriedOut?>
{
    public const string Name = "OutlastOutage";

    /// <summary>How often an action asks for its system before its history is begun anew.</summary>
    public const int Pauses = 20;

    public override async Task<CarriedOut?> RunAsync(TaskOrchestrationContext context, ParkedExecution input)
    {
        try
        {
            var standing = await context.CallActivityAsync<ActionStanding>(
                ActionStep.ExecuteName, input.Execution, Retries.Of(input.Retry, Pauses));
            return new CarriedOut(standing, Failure: null);
        }
        catch (TaskFailedException parked) when (FailureProperties.IsParked(parked.FailureDetails))
        {
            await context.CreateTimer(FailureProperties.PauseOf(parked.FailureDetails), CancellationToken.None);
            context.ContinueAsNew(input);
            return null;
        }
        catch (TaskFailedException failure)
        {
            return new CarriedOut(Standing: null, failure.FailureDetails);
        }
    }
}

/// <remarks>It is kept in histories, so its JSON form outlives this version of the code.</remarks>
internal sealed record ParkedExecution(ActionExecution Execution, RetryDefinition? Retry);

/// <summary>How an action stands that has waited for its system: as after any other attempt.</summary>
internal sealed record CarriedOut(
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] ActionStanding? Standing,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] TaskFailureDetails? Failure);
