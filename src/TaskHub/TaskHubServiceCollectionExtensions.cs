using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Pao.DurableTask;
using Pao.TaskHub.Commits;
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

        services.AddSingleton(Create);
        services.AddSingleton<ITaskHub>(provider => provider.GetRequiredService<EmbeddedTaskHub>());
        services.AddSingleton(provider => new TaskHubHealth(provider.GetRequiredService<EmbeddedTaskHub>()));
        services.AddHostedService<TaskHubService>();
        return services;
    }

    private static EmbeddedTaskHub Create(IServiceProvider provider)
    {
        var options = provider.GetRequiredService<IOptions<TaskHubOptions>>().Value;
        var logger = provider.GetRequiredService<ILoggerFactory>().CreateLogger("Pao.TaskHub");
        return new EmbeddedTaskHub(CreateStore(options, provider, logger), options, logger);
    }

    /// <summary>PostgreSQL may be away at the start and is waited for; a file that another process has is an error now.</summary>
    private static IHubStore CreateStore(TaskHubOptions options, IServiceProvider provider, ILogger logger)
    {
        if (options.ConnectionString is { Length: > 0 } connectionString)
            return new PostgresHubStore(connectionString, options.Name, options.Lease, logger, options.Notifications);

        var time = provider.GetService<TimeProvider>() ?? TimeProvider.System;
        var store = new SqliteHubStore(options.DataDirectory, options.Name, time);
        store.Initialize();
        return store;
    }
}
