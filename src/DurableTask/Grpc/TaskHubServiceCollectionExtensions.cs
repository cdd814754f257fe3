using Microsoft.Extensions.DependencyInjection;
using Pao.DurableTask.Client;
using Pao.DurableTask.Worker;

namespace Pao.DurableTask.Grpc;

public static class TaskHubServiceCollectionExtensions
{
    /// <summary>Lets the workers and clients of this container use a hub in another process.</summary>
    /// <exception cref="ArgumentException">The connection string cannot be read, or would send a token in the open.</exception>
    public static IServiceCollection AddTaskHubConnection(this IServiceCollection services, string connectionString)
    {
        var connection = TaskHubConnection.Parse(connectionString);
        services.AddSingleton(provider => new GrpcTaskHub(connection, provider.GetService<TimeProvider>()));
        return services.AddSingleton<ITaskHub>(provider => provider.GetRequiredService<GrpcTaskHub>());
    }

    /// <summary>Lets this worker take its work from Azure Durable Task Scheduler, its emulator, or a hub that PAO serves.</summary>
    /// <exception cref="ArgumentException">As for <see cref="AddTaskHubConnection"/>.</exception>
    public static IDurableTaskWorkerBuilder UseDurableTaskScheduler(this IDurableTaskWorkerBuilder builder, string connectionString)
    {
        builder.Services.AddHubOf(HubOf.Worker(builder.Name), connectionString);
        return builder;
    }

    /// <summary>Lets this client use Azure Durable Task Scheduler, its emulator, or a hub that PAO serves.</summary>
    /// <exception cref="ArgumentException">As for <see cref="AddTaskHubConnection"/>.</exception>
    public static IDurableTaskClientBuilder UseDurableTaskScheduler(this IDurableTaskClientBuilder builder, string connectionString)
    {
        builder.Services.AddHubOf(HubOf.Client(builder.Name), connectionString);
        return builder;
    }

    private static void AddHubOf(this IServiceCollection services, HubOf owner, string connectionString)
    {
        var connection = TaskHubConnection.Parse(connectionString);
        services.AddKeyedSingleton<ITaskHub>(owner, (provider, _) => new GrpcTaskHub(connection, provider.GetService<TimeProvider>()));
    }
}
