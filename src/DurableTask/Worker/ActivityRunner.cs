using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Pao.DurableTask.Protocol;

namespace Pao.DurableTask.Worker;

/// <summary>Runs an activity in a scope of its own and reports its end.</summary>
internal sealed partial class ActivityRunner(
    DurableTaskRegistry registry, DataConverter converter, IServiceScopeFactory scopes, Completions completions, ILogger logger)
{
    public async Task RunAsync(ActivityRequest request, string completionToken, CancellationToken aborted)
    {
        var response = new ActivityResponse
        {
            InstanceId = request.OrchestrationInstance.InstanceId,
            TaskId = request.TaskId,
            CompletionToken = completionToken,
        };

        using (var span = Traces.StartRun(request))
        {
            CrashPoint.Reach("worker.before-activity");
            await ExecuteAsync(request, response, aborted);
            if (response.FailureDetails is { } failure)
                span?.SetTag("error.type", failure.ErrorType).SetStatus(ActivityStatusCode.Error);
            CrashPoint.Reach("worker.after-activity");
        }

        await completions.CompleteAsync(response, aborted);
    }

    private async Task ExecuteAsync(ActivityRequest request, ActivityResponse response, CancellationToken aborted)
    {
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            var activity = registry.FindActivity(request.Name, request.Version ?? "", scope.ServiceProvider);
            if (activity is null)
            {
                response.FailureDetails = NotFound(request.Name).ToWire();
                return;
            }

            var input = converter.Deserialize(ActivityInput.Unwrap(request.Input), activity.InputType);
            var output = await activity.RunAsync(new Context(request, aborted), input);
            response.Result = converter.Serialize(output);
        }
        catch (OperationCanceledException) when (aborted.IsCancellationRequested)
        {
            throw;
        }
#pragma warning disable CA1031 // The activity runner: whatever the author's code throws is the activity's failure, kept in the history.
        catch (Exception e)
#pragma warning restore CA1031
        {
            Log.ActivityFailed(logger, e, request.Name, request.TaskId, response.InstanceId);
            response.FailureDetails = TaskFailureDetails.FromException(e).ToWire();
        }
    }

    private static TaskFailureDetails NotFound(string name) =>
        new("ActivityTaskNotFound", $"No activity '{name}' is registered with this worker.", null, null) { IsNonRetriable = true };

    private sealed class Context(ActivityRequest request, CancellationToken aborted) : TaskActivityContext
    {
        public override TaskName Name => request.Name;

        public override string InstanceId => request.OrchestrationInstance.InstanceId;

        public override string Version => request.Version ?? "";

        public override CancellationToken CancellationToken => aborted;
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Activity {Name} (#{TaskId}) of instance {InstanceId} failed.")]
        public static partial void ActivityFailed(ILogger logger, Exception exception, string name, int taskId, string instanceId);
    }
}
