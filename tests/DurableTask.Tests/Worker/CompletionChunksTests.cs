using Pao.DurableTask.Protocol;
using Pao.DurableTask.Worker;

namespace Pao.DurableTask.Tests.Worker;

public class CompletionChunksTests
{
    private const int Limit = 1024 * 1024;

    [Fact]
    public void A_small_response_goes_as_it_is()
    {
        var response = Response(3, 1000);

        Assert.Same(response, Assert.Single(CompletionChunks.Split(response, Limit)));
    }

    [Fact]
    public void A_large_response_goes_in_chunks_below_the_limit_in_order()
    {
        var response = Response(40, 100_000);

        var chunks = CompletionChunks.Split(response, Limit).ToList();

        Assert.InRange(chunks.Count, 4, 6);
        Assert.All(chunks, chunk => Assert.InRange(chunk.CalculateSize(), 1, Limit));
        Assert.Equal(Enumerable.Range(0, 40), chunks.SelectMany(chunk => chunk.Actions).Select(action => action.Id));
        Assert.Equal(Enumerable.Range(0, chunks.Count).Cast<int?>(), chunks.Select(chunk => chunk.ChunkIndex));
        Assert.Equal(chunks.Count - 1, chunks.Count(chunk => chunk.IsPartial));
        Assert.False(chunks[^1].IsPartial);
        Assert.Null(chunks[0].NumEventsProcessed);
        Assert.All(chunks.Skip(1), chunk => Assert.Equal(0, chunk.NumEventsProcessed));
        Assert.All(chunks, chunk => Assert.Equal(("token", "\"status\""), (chunk.CompletionToken, chunk.CustomStatus)));
    }

    [Fact]
    public void An_action_that_fits_no_message_fails_the_orchestration_and_says_so()
    {
        var failed = Assert.Single(CompletionChunks.Split(Response(2, Limit), Limit));

        var completion = Assert.Single(failed.Actions).CompleteOrchestration;
        Assert.Equal(OrchestrationStatus.Failed, completion.OrchestrationStatus);
        Assert.Equal("PayloadTooLarge", completion.FailureDetails.ErrorType);
        Assert.Contains("Action #0 (ScheduleTask) of instance 'i'", completion.FailureDetails.ErrorMessage, StringComparison.Ordinal);
    }

    private static OrchestratorResponse Response(int actions, int bytes)
    {
        var response = new OrchestratorResponse { InstanceId = "i", CompletionToken = "token", CustomStatus = "\"status\"" };
        for (var id = 0; id < actions; id++)
            response.Actions.Add(new OrchestratorAction { Id = id, ScheduleTask = new() { Name = "A", Input = new string('x', bytes) } });

        return response;
    }
}
