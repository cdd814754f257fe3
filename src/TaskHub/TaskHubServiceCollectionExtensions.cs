using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Pao.DurableTask;
using Pao.TaskHub.Commits;
using Pao.TaskHub.Grpc;
using Pao.TaskHub.Postgres;
using Pao.TaskHub.Sqlite;

namespace Pao.TaskHub;

public static class TaskHubServiceCollectionExtensions
{
    /// <summary>
    /// Adds a task hub in this process: on PostgreSQL when a connection string is configured, else on an SQLite file.
    /// Workers and clients in the same container find it as <see cref="ITaskHub"/>.
    /// </summary>
    public static IServiceCollection AddTaskHub(this IServiceCollection services, Action<TaskHubOptions>? configure = null)
    {
        var options = services.AddOptionsWithValidateOnStart<TaskHubOptions, TaskHubOptionsValidator>()
            .BindConfiguration(TaskHubOptions.Section);
        if (configure is not null)
            options.Configure(configure);

        services.TryAddSingleton<Heartbeats>();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(provider => Create(provider, provider.GetRequiredService<IOptions<TaskHubOptions>>().Value));
        services.AddSingleton<ITaskHub>(provider => provider.GetRequiredService<EmbeddedTaskHub>());
        services.AddSingleton(provider => new TaskHubHealth(provider.GetRequiredService<EmbeddedTaskHub>()));
        services.AddHostedService<TaskHubService>();
        return services;
    }

    /// <summary>Serves the hub, and more hubs on the same database if configured, to workers and clients in other processes.</summary>
    public static IServiceCollection AddTaskHubServer(this IServiceCollection services, Action<TaskHubServerOptions>? configure = null)
    {
        services.AddSingleton<IValidateOptions<TaskHubServerOptions>, TaskHubServerOptionsValidator>();
        var options = services.AddOptionsWithValidateOnStart<TaskHubServerOptions, TaskHubServerOptionsAnnotations>()
            .BindConfiguration(TaskHubServerOptions.Section);
        if (configure is not null)
            options.Configure(configure);

        services.AddSingleton(provider => new TaskHubServer(
            ServedHubs(provider),
            provider.GetRequiredService<IOptions<TaskHubServerOptions>>(),
            provider.GetRequiredService<ILoggerFactory>()));
        services.AddHostedService(provider => provider.GetRequiredService<TaskHubServer>());
        return services;
    }

    private static List<ServedHub> ServedHubs(IServiceProvider provider)
    {
        var own = provider.GetRequiredService<IOptions<TaskHubOptions>>().Value;
        var server = provider.GetRequiredService<IOptions<TaskHubServerOptions>>().Value;
        List<ServedHub> hubs =
        [
            new(own.Name, provider.GetRequiredService<EmbeddedTaskHub>(), new HubAccess(server.Access, server.RequireToken)),
        ];
        foreach (var (name, access) in server.Hubs)
            hubs.Add(new(name, Create(provider, own.For(name)), new HubAccess(access, server.RequireToken)));
        return hubs;
    }

    private static EmbeddedTaskHub Create(IServiceProvider provider, TaskHubOptions options)
    {
        var logger = provider.GetRequiredService<ILoggerFactory>().CreateLogger("Pao.TaskHub");
        var time = provider.GetRequiredService<TimeProvider>();
        return new EmbeddedTaskHub(
            CreateStore(options, time, logger), options, logger, time, provider.GetService<IMeterFactory>(), provider.GetRequiredService<Heartbeats>());
    }

    /// <summary>PostgreSQL may be away at the start and is waited for; a file that another process has is an error now.</summary>
    private static IHubStore CreateStore(TaskHubOptions options, TimeProvider time, ILogger logger)
    {
        if (options.ConnectionString is { Length: > 0 } connectionString)
            return new PostgresHubStore(connectionString, options.Name, options.Lease, logger, options.Notifications);

        var store = new SqliteHubStore(options.DataDirectory, options.Name, time);
        store.Initialize();
        return store;
    }
}
