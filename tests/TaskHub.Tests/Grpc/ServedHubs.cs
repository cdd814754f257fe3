using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Pao.DurableTask.Protocol;
using Pao.TaskHub.Commits;
using Pao.TaskHub.Grpc;
using Pao.TaskHub.Sqlite;
using Pao.TaskHub.Tests.Harness;

namespace Pao.TaskHub.Tests.Grpc;

/// <summary>Two hubs on one SQLite folder, served on a free port: <c>default</c>, on which names are reserved, and <c>other</c>.</summary>
public sealed class ServedHubs : IAsyncDisposable
{
    public const string Token = "the-token-of-the-hub-that-is-default";
    public const string ActivityToken = "the-token-for-activities-on-default";
    public const string OtherToken = "the-token-of-the-hub-that-is-other!!";

    private readonly string _folder = Directory.CreateTempSubdirectory("pao-served-").FullName;
    private readonly List<GrpcChannel> _channels = [];
    private readonly IHost _host;

    private ServedHubs(Action<TaskHubServerOptions>? configure)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.Services.AddTaskHub(hub => hub.DataDirectory = _folder);
        builder.Services.AddTaskHubServer(server =>
        {
            server.Urls = "http://127.0.0.1:0";
            (server.Access.Token, server.Access.ActivityToken) = (Token, ActivityToken);
            server.Access.ReservedNames.Add("OfTheHost");
            server.Hubs["other"] = new HubAccessOptions { Token = OtherToken };
            configure?.Invoke(server);
        });
        _host = builder.Build();
    }

    internal EmbeddedTaskHub Default => _host.Services.GetRequiredService<EmbeddedTaskHub>();

    /// <summary>Stops the process in good order.</summary>
    public Task StopAsync() => _host.StopAsync(HubFixture.Cancellation);

    /// <summary>What the stopped process has left of an instance of the hub <c>default</c>.</summary>
    internal StoredInstance Read(string id)
    {
        using var store = new SqliteHubStore(_folder, "default", TimeProvider.System);
        var node = Guid.NewGuid();
        store.Join(node, null);
        return Assert.Single(store.Claim(node, null, 100), instance => instance.State.InstanceId == id);
    }

    public Uri Address => Assert.Single(_host.Services.GetRequiredService<TaskHubServer>().Addresses);

    public static async Task<ServedHubs> StartAsync(Action<TaskHubServerOptions>? configure = null)
    {
        var hubs = new ServedHubs(configure);
        try
        {
            await hubs._host.StartAsync(HubFixture.Cancellation);
        }
        catch
        {
            hubs.Remove(); // what has not started cannot be stopped
            throw;
        }

        return hubs;
    }

    /// <summary>A caller over the wire, who waits until both hubs are ready.</summary>
    internal async Task<TaskHubSidecarService.TaskHubSidecarServiceClient> ClientAsync(SocketsHttpHandler? handler = null)
    {
        var channel = GrpcChannel.ForAddress(Address, new GrpcChannelOptions { HttpHandler = handler });
        _channels.Add(channel);
        var client = new TaskHubSidecarService.TaskHubSidecarServiceClient(channel);
        foreach (var hub in (string[])["default", "other"])
            await Eventually.TrueAsync(() => IsReadyAsync(client, As(hub == "other" ? OtherToken : Token, hub)), $"the hub {hub} is ready");
        return client;
    }

    /// <summary>What a call says about its caller.</summary>
    internal static Metadata As(string? token, string hub = "default", string worker = "worker-1")
    {
        var metadata = new Metadata { { "taskhub", hub }, { "workerid", worker } };
        if (token is not null)
            metadata.Add("authorization", "Bearer " + token);
        return metadata;
    }

    public async ValueTask DisposeAsync()
    {
        _channels.ForEach(channel => channel.Dispose());
        await _host.StopAsync(CancellationToken.None);
        Remove();
    }

    private void Remove()
    {
        _host.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static async Task<bool> IsReadyAsync(TaskHubSidecarService.TaskHubSidecarServiceClient client, Metadata caller)
    {
        try
        {
            await client.HelloAsync(new(), caller, cancellationToken: HubFixture.Cancellation);
            return true;
        }
        catch (RpcException e) when (e.StatusCode is StatusCode.Unavailable)
        {
            return false;
        }
    }
}
