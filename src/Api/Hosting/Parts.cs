using Pao.Activities;
using Pao.Api.Configuration;
using Pao.Catalog;
using Pao.DurableTask.Client;
using Pao.DurableTask.Worker;
using Pao.Orchestrator;
using Pao.Orchestrator.Storage;
using Pao.TaskHub;

namespace Pao.Api.Hosting;

internal static class Parts
{
    /// <summary>Wires the parts together: what the catalog offers, the hub runs, on one database and one data directory.</summary>
    public static IServiceCollection AddParts(this IServiceCollection services)
    {
        services.AddCatalog();
        services.AddActivities();
        services.AddOrchestrator();
        services.AddTaskHub();
        services.AddDurableTaskWorker(worker => worker.AddTasks(tasks => tasks.AddFulfilment()));
        services.AddDurableTaskClient();

        services.AddOptions<DatabaseOptions>().Configure<IServiceProvider>((database, provider) =>
        {
            database.DataDirectory = provider.GetPaoOptions().DataDirectory;
            database.ConnectionString = provider.GetPaoOptions().ConnectionString();
        });
        services.AddOptions<TaskHubOptions>().Configure<IServiceProvider>((hub, provider) =>
        {
            hub.DataDirectory = provider.GetPaoOptions().DataDirectory;
            hub.ConnectionString = provider.GetPaoOptions().ConnectionString();
        });
        return services;
    }
}
