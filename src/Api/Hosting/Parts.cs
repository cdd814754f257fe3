using Pao.Activities;
using Pao.Activities.Egress;
using Pao.Activities.Secrets;
using Pao.Activities.Secrets.Access;
using Pao.Api.Access;
using Pao.Api.Auditing;
using Pao.Api.Authoring;
using Pao.Api.Configuration;
using Pao.Api.Limits;
using Pao.Api.Orchestrations;
using Pao.Api.Requests;
using Pao.Api.Webhooks;
using Pao.Catalog;
using Pao.DurableTask;
using Pao.DurableTask.Client;
using Pao.DurableTask.Grpc;
using Pao.DurableTask.Worker;
using Pao.Orchestrator;
using Pao.Orchestrator.Secrets;
using Pao.Orchestrator.Storage;
using Pao.TaskHub;
using Pao.TaskHub.Grpc;

namespace Pao.Api.Hosting;

internal static class Parts
{
    private const string SecretKeyFile = "secret-key";

    /// <summary>Adds what the process's role asks for, on one database and one data directory.</summary>
    public static IServiceCollection AddParts(this IServiceCollection services, ProcessRole role)
    {
        services.AddSingleton(role);
        services.AddEgress().AddRedaction();
        services.AddHub(role);
        if (role.TakesRequests || role.FulfilsRequests)
            services.AddRequestStore(); // before the catalog, whose last good load it keeps: what is added first starts first
        if (role.TakesRequests)
        {
            services.AddSecretAccess();
            services.AddOptions<CatalogOptions>().Configure<SecretAccess, Heartbeats>((catalog, access, heartbeats) =>
            {
                catalog.WhySecretRefused = access.WhyRefused;
                catalog.Heartbeat = loop => heartbeats.Of(loop).Beat;
            });
            services.AddCatalog().AddAccess().AddLimits().AddRequests().AddOrchestrations().AddAuthoring().AddWebhooks();
            services.Configure<CatalogOptions>(catalog =>
                catalog.ReservedActivities.UnionWith(OrchestratorServiceCollectionExtensions.FulfilmentNames));
        }

        if (role.FulfilsRequests)
            services.AddFulfilmentWorker();
        return services;
    }

    private static void AddHub(this IServiceCollection services, ProcessRole role)
    {
        if (role.Connection is { } connection)
        {
            services.AddTaskHubConnection(connection);
            return;
        }

        services.AddTaskHub();
        services.AddOptions<TaskHubOptions>().Configure<IServiceProvider>((hub, provider) =>
        {
            hub.DataDirectory = provider.GetPaoOptions().DataDirectory;
            hub.ConnectionString = provider.GetPaoOptions().ConnectionString();
        });
        if (role.ServesHub)
            services.AddServedHub();
    }

    /// <summary>PAO's own names are for who holds the token: other callers on this machine may run other activities.</summary>
    private static void AddServedHub(this IServiceCollection services)
    {
        services.AddTaskHubServer();
        services.AddOptions<TaskHubServerOptions>().Configure<IServiceProvider>((server, provider) =>
        {
            server.Access.Token ??= KeyFile.OpenOrCreate(provider.GetPaoOptions().DataDirectory, ProcessRole.HubToken).Key;
            server.Access.ReservedNames.UnionWith(OrchestratorServiceCollectionExtensions.FulfilmentNames);
        });
    }

    /// <summary>Other names than those of a fulfilment are for other workers, in any language.</summary>
    private static void AddFulfilmentWorker(this IServiceCollection services)
    {
        services.AddActionTemplates();
        services.AddActivities();
        services.AddPlanMaking();
        services.AddDurableTaskWorker(worker => worker
            .AddTasks(tasks => tasks.AddFulfilment())
            .UseWorkItemFilters()
            .Configure(options => options.WrapsActivityInput = false));
    }

    private static void AddRequestStore(this IServiceCollection services)
    {
        services.AddOrchestrator();
        services.AddAuditing();
        services.AddDurableTaskClient();
        services.AddOptions<RequestSecretOptions>().PostConfigure<IServiceProvider>((secrets, provider) =>
        {
            if (secrets.Key is not { Length: > 0 })
                secrets.Key = KeyFile.OpenOrCreate(provider.GetPaoOptions().DataDirectory, SecretKeyFile).Key;
        });
        services.AddOptions<DatabaseOptions>().Configure<IServiceProvider>((database, provider) =>
        {
            database.DataDirectory = provider.GetPaoOptions().DataDirectory;
            database.ConnectionString = provider.GetPaoOptions().ConnectionString();
            database.KeepsSessions = provider.GetRequiredService<IConfiguration>()
                .GetValue<HubNotifications>($"{TaskHubOptions.Section}:{nameof(TaskHubOptions.Notifications)}") is HubNotifications.Auto;
        });
    }
}
