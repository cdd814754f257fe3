using Pao.DurableTask.Protocol;
using Pao.DurableTask.Replay;

namespace Pao.DurableTask.Worker;

/// <summary>A turn's response in messages that the transport can carry; the hub acts on the last.</summary>
internal static class CompletionChunks
{
    public static IEnumerable<OrchestratorResponse> Split(OrchestratorResponse response, int limit)
    {
        if (response.CalculateSize() <= limit)
            return [response];

        var room = limit - Empty(response).CalculateSize() - 64;
        return response.Actions.FirstOrDefault(action => action.CalculateSize() > room) is { } tooLarge
            ? [Failed(response, tooLarge, limit)]
            : Chunks(response, room);
    }

    private static List<OrchestratorResponse> Chunks(OrchestratorResponse response, int room)
    {
        List<OrchestratorResponse> chunks = [Empty(response)];
        var left = room;
        foreach (var action in response.Actions)
        {
            // A field's tag and length come on top of the message.
            var size = action.CalculateSize() + 8;
            if (size > left && chunks[^1].Actions.Count > 0)
            {
                chunks.Add(Empty(response));
                left = room;
            }

            chunks[^1].Actions.Add(action);
            left -= size;
        }

        for (var i = 0; i < chunks.Count; i++)
        {
            chunks[i].ChunkIndex = i;
            chunks[i].IsPartial = i < chunks.Count - 1;
            chunks[i].NumEventsProcessed = i == 0 ? null : 0;
        }

        return chunks;
    }

    private static OrchestratorResponse Failed(OrchestratorResponse response, OrchestratorAction tooLarge, int limit)
    {
        var failure = new TaskFailureDetails(
            "PayloadTooLarge",
            $"Action #{tooLarge.Id} ({tooLarge.OrchestratorActionTypeCase}) of instance '{response.InstanceId}' has {tooLarge.CalculateSize():N0} "
            + $"bytes; one message carries {limit:N0}. Store large data elsewhere and pass a reference to it.",
            null,
            null)
        { IsNonRetriable = true };
        var failed = Empty(response);
        failed.Actions.Add(new OrchestratorAction { Id = response.Actions[^1].Id, CompleteOrchestration = OrchestratorExecution.Failed(failure) });
        return failed;
    }

    private static OrchestratorResponse Empty(OrchestratorResponse response) => new()
    {
        InstanceId = response.InstanceId,
        CompletionToken = response.CompletionToken,
        CustomStatus = response.CustomStatus,
        OrchestrationTraceContext = response.OrchestrationTraceContext,
    };
}
