using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using Pao.DurableTask.Client;
using Pao.DurableTask.Protocol;
using Pao.DurableTask.Tests.Scripted;

namespace Pao.DurableTask.Tests.Client;

public class ClientTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_unknown_instance_is_null()
    {
        Assert.Null(await Client(new FakeHub()).GetInstanceAsync("nobody", Cancellation));
    }

    [Fact]
    public async Task A_page_without_a_token_is_the_last()
    {
        var hub = new FakeHub();
        List<string> ids = [];
        await foreach (var instance in Client(hub).GetAllInstancesAsync(new OrchestrationQuery(PageSize: 2, InstanceIdPrefix: "i")))
            ids.Add(instance.InstanceId);

        Assert.Equal(["i0", "i1", "i2", "i3", "i4"], ids);
        Assert.Equal([null, "2", "4"], hub.Queries.Select(query => query.ContinuationToken));
        Assert.All(hub.Queries, query => Assert.Equal((2, "i"), (query.MaxInstanceCount, query.InstanceIdPrefix)));
    }

    [Fact]
    public async Task Pages_can_be_taken_up_where_they_were_left()
    {
        List<Page<OrchestrationMetadata>> pages = [];
        await foreach (var page in Client(new FakeHub()).GetAllInstancesAsync().AsPages("2", 2))
            pages.Add(page);

        Assert.Equal(["i2", "i3", "i4"], pages.SelectMany(page => page.Values).Select(instance => instance.InstanceId));
        Assert.Equal(["4", null], pages.Select(page => page.ContinuationToken));
    }

    [Theory]
    [InlineData(StatusCode.AlreadyExists, typeof(OrchestrationAlreadyExistsException))]
    [InlineData(StatusCode.InvalidArgument, typeof(ArgumentException))]
    [InlineData(StatusCode.NotFound, typeof(ArgumentException))]
    [InlineData(StatusCode.FailedPrecondition, typeof(InvalidOperationException))]
    [InlineData(StatusCode.Unimplemented, typeof(NotImplementedException))]
    [InlineData(StatusCode.Cancelled, typeof(OperationCanceledException))]
    [InlineData(StatusCode.Unavailable, typeof(RpcException))]
    public async Task A_status_of_the_hub_is_the_exception_that_callers_expect(StatusCode status, System.Type expected)
    {
        var client = Client(new FakeHub { Error = status });

        foreach (var call in new Func<Task>[]
        {
            () => client.ScheduleNewOrchestrationInstanceAsync("O", Cancellation),
            () => client.RewindInstanceAsync("i", "why", Cancellation),
            () => client.GetOrchestrationHistoryAsync("i", Cancellation),
        })
        {
            var thrown = await Record.ExceptionAsync(call);
            Assert.IsType(expected, thrown);
            Assert.Contains("the hub's words", thrown.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_wait_that_the_hub_cuts_short_goes_on()
    {
        var hub = new FakeHub { WaitsToCut = 3 };

        var end = await Client(hub).WaitForInstanceCompletionAsync("i1", true, Cancellation);

        Assert.Equal(0, hub.WaitsToCut);
        Assert.Equal(42, end.ReadOutputAs<int>());
    }

    [Fact]
    public async Task A_wait_ends_with_its_callers_token()
    {
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var waiting = Client(new FakeHub { NeverEnds = true }).WaitForInstanceCompletionAsync("i1", cancellation.Token);
        Assert.False(waiting.IsCompleted);

        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }

    [Fact]
    public async Task A_start_sends_what_it_was_given_and_may_replace_all_but_the_deduped()
    {
        var hub = new FakeHub();
        var at = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.FromHours(2));
        var options = new StartOrchestrationOptions("mine", at) { Version = "2.0", Tags = new Dictionary<string, string> { ["team"] = "a" } }
            .WithDedupeStatuses(OrchestrationRuntimeStatus.Running, OrchestrationRuntimeStatus.Pending);

        var id = await Client(hub).ScheduleNewOrchestrationInstanceAsync("O", new { A = 1 }, options, Cancellation);

        var sent = Assert.Single(hub.Started);
        Assert.Equal(("mine", "mine", "O", """{"A":1}""", "2.0", "a"), (id, sent.InstanceId, sent.Name, sent.Input, sent.Version, sent.Tags["team"]));
        Assert.Equal(at, sent.ScheduledStartTimestamp.ToDateTimeOffset());
        Assert.Equal(
            [OrchestrationStatus.Completed, OrchestrationStatus.Failed, OrchestrationStatus.Terminated, OrchestrationStatus.Canceled, OrchestrationStatus.Suspended],
            sent.OrchestrationIdReusePolicy.ReplaceableStatus);
    }

    [Fact]
    public async Task Without_options_the_id_is_new_and_the_rest_is_left_to_the_hub()
    {
        var hub = new FakeHub();
        var client = Client(hub);
        await client.ScheduleNewOrchestrationInstanceAsync("O", Cancellation);
        await client.ScheduleNewOrchestrationInstanceAsync("O", Cancellation);

        Assert.Equal(2, hub.Started.Select(start => start.InstanceId).Distinct().Count());
        Assert.All(hub.Started, start => Assert.Null(start.OrchestrationIdReusePolicy ?? (object?)start.Input ?? start.Version));
    }

    [Fact]
    public async Task A_status_that_does_not_exist_is_named()
    {
        var options = new StartOrchestrationOptions { DedupeStatuses = ["Sleeping"] };

        var refused = await Assert.ThrowsAsync<ArgumentException>(
            () => Client(new FakeHub()).ScheduleNewOrchestrationInstanceAsync("O", options, Cancellation));
        Assert.Contains("'Sleeping'", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Outputs_that_were_not_fetched_are_not_taken_for_nothing()
    {
        var instance = await Client(new FakeHub()).GetInstanceAsync("i1", Cancellation);

        Assert.Throws<InvalidOperationException>(() => instance?.ReadOutputAs<int>());
    }

    private static DurableTaskClient Client(ITaskHub hub)
    {
        var services = new ServiceCollection().AddSingleton(hub);
        services.AddDurableTaskClient();
        return services.BuildServiceProvider().GetRequiredService<DurableTaskClient>();
    }

    private sealed class FakeHub : EmptyHub
    {
        public StatusCode? Error { get; init; }

        public int WaitsToCut { get; set; }

        public bool NeverEnds { get; init; }

        public List<CreateInstanceRequest> Started { get; } = [];

        public List<InstanceQuery> Queries { get; } = [];

        public override Task<CreateInstanceResponse> StartInstanceAsync(CreateInstanceRequest request, CancellationToken cancellationToken)
        {
            ThrowError();
            Started.Add(request);
            return Task.FromResult(new CreateInstanceResponse { InstanceId = request.InstanceId });
        }

        public override Task<GetInstanceResponse> GetInstanceAsync(GetInstanceRequest request, CancellationToken cancellationToken) =>
            Task.FromResult(request.InstanceId == "nobody"
                ? new GetInstanceResponse { Exists = false }
                : new GetInstanceResponse { Exists = true, OrchestrationState = State(request.InstanceId) });

        public override async Task<GetInstanceResponse> WaitForInstanceCompletionAsync(
            GetInstanceRequest request, CancellationToken cancellationToken)
        {
            if (NeverEnds)
                await new TaskCompletionSource().Task.WaitAsync(cancellationToken);

            if (WaitsToCut > 0 && WaitsToCut-- > 0)
                throw new RpcException(new Status(StatusCode.DeadlineExceeded, "Too long."));

            return await GetInstanceAsync(request, cancellationToken);
        }

        public override Task<QueryInstancesResponse> QueryInstancesAsync(QueryInstancesRequest request, CancellationToken cancellationToken)
        {
            Queries.Add(request.Query.Clone());
            var first = int.Parse(request.Query.ContinuationToken ?? "0", System.Globalization.CultureInfo.InvariantCulture);
            var next = first + request.Query.MaxInstanceCount;
            return Task.FromResult(new QueryInstancesResponse
            {
                OrchestrationState = { Enumerable.Range(first, Math.Min(next, 5) - first).Select(i => State($"i{i}")) },
                ContinuationToken = next < 5 ? $"{next}" : null,
            });
        }

        public override Task RewindInstanceAsync(RewindInstanceRequest request, CancellationToken cancellationToken)
        {
            ThrowError();
            return Task.CompletedTask;
        }

        public override async IAsyncEnumerable<HistoryChunk> StreamInstanceHistoryAsync(
            StreamInstanceHistoryRequest request, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
        {
            await Task.Yield();
            ThrowError();
            yield return new HistoryChunk();
        }

        private void ThrowError()
        {
            if (Error is { } status)
                throw new RpcException(new Status(status, "the hub's words"));
        }

        private static OrchestrationState State(string id) => new()
        {
            InstanceId = id,
            Name = "O",
            Output = "42",
            OrchestrationStatus = OrchestrationStatus.Completed,
            CreatedTimestamp = Timestamp.FromDateTime(Events.Start),
            LastUpdatedTimestamp = Timestamp.FromDateTime(Events.Start),
        };
    }
}
