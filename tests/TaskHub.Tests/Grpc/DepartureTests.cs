using System.Net.Sockets;
using Grpc.Core;
using Pao.DurableTask.Protocol;
using Pao.TaskHub.Tests.Harness;
using static Pao.TaskHub.Tests.Grpc.ServedHubs;

namespace Pao.TaskHub.Tests.Grpc;

/// <summary>How the hub tells a worker that has died from one that has hung up.</summary>
public sealed class DepartureTests : IAsyncLifetime
{
    private readonly List<Socket> _sockets = [];
    private ServedHubs? _hubs;

    private ServedHubs Hubs => _hubs ?? throw new InvalidOperationException("Not started.");

    private static CancellationToken Cancellation => HubFixture.Cancellation;

    public async ValueTask InitializeAsync() => _hubs = await StartAsync();

    public async ValueTask DisposeAsync()
    {
        if (_hubs is not null)
            await _hubs.DisposeAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)] // what the peer's system says when nobody has read what came
    public async Task A_worker_whose_connection_ends_is_lost(bool withReset)
    {
        using var worker = await WithTurnAsync("x");
        foreach (var socket in _sockets)
        {
            if (withReset)
                socket.LingerState = new LingerOption(true, 0);
            socket.Close();
        }

        await Eventually.TrueAsync(() => LossesOf("x") == "turn:1", "the loss is counted");
    }

    [Fact]
    public async Task A_worker_that_cancels_its_call_is_not()
    {
        var worker = await WithTurnAsync("x");
        worker.Dispose();

        await GoesOnAsync("x");
        Assert.Null(LossesOf("x"));
    }

    [Fact]
    public async Task A_worker_whose_call_has_come_to_its_deadline_is_not()
    {
        using var worker = await WithTurnAsync("x", TimeSpan.FromSeconds(5));

        await GoesOnAsync("x");
        Assert.Null(LossesOf("x"));
    }

    [Fact]
    public async Task A_worker_that_the_hub_leaves_is_not()
    {
        using var worker = await WithTurnAsync("x");
        await Hubs.StopAsync();

        var left = Hubs.Read("x");
        Assert.Null(left.Losses);
        Assert.Equal(0, left.Attempts);
    }

    /// <summary>A worker with the first turn of an instance in hand.</summary>
    private async Task<AsyncServerStreamingCall<WorkItem>> WithTurnAsync(string id, TimeSpan? time = null)
    {
        var client = await Hubs.ClientAsync(new SocketsHttpHandler { ConnectCallback = ConnectAsync });
        await client.StartInstanceAsync(new() { InstanceId = id, Name = "any" }, As(Token), cancellationToken: Cancellation);
        return await WorkAsync(client, time is { } given ? TimeProvider.System.GetUtcNow().UtcDateTime + given : null);
    }

    /// <summary>Another worker gets the turn.</summary>
    private async Task GoesOnAsync(string id)
    {
        using var worker = await WorkAsync(await Hubs.ClientAsync());
        Assert.Equal(id, worker.ResponseStream.Current.OrchestratorRequest.InstanceId);
    }

    private static async Task<AsyncServerStreamingCall<WorkItem>> WorkAsync(
        TaskHubSidecarService.TaskHubSidecarServiceClient client, DateTime? deadline = null)
    {
        var worker = client.GetWorkItems(new(), As(Token), deadline, Cancellation);
        Assert.True(await worker.ResponseStream.MoveNext(Cancellation));
        return worker;
    }

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(context.DnsEndPoint, cancellationToken);
        _sockets.Add(socket);
        return new NetworkStream(socket, ownsSocket: true);
    }

    private string? LossesOf(string id)
    {
        var node = Hubs.Default.Node;
        lock (node.Gate)
            return node.Residents.TryGet(id, out var resident) ? resident.Losses?.ToText() : "not here";
    }
}
