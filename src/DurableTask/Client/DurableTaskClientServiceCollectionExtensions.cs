using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Pao.DurableTask.Client;

public static class DurableTaskClientServiceCollectionExtensions
{
    /// <summary>Adds a <see cref="DurableTaskClient"/> of the <see cref="ITaskHub"/> among the services.</summary>
    public static IDurableTaskClientBuilder AddDurableTaskClient(this IServiceCollection services, string? name = null)
    {
        var clientName = name ?? Options.DefaultName;
        services.TryAddSingleton(TimeProvider.System);
        services.AddOptions<DurableTaskClientOptions>(clientName);
        services.TryAddSingleton<DurableTaskClient>(provider => ActivatorUtilities.CreateInstance<TaskHubClient>(
            provider, clientName, HubOf.Client(clientName).Find(provider)));
        return new DurableTaskClientBuilder(clientName, services);
    }

    public static IServiceCollection AddDurableTaskClient(this IServiceCollection services, Action<IDurableTaskClientBuilder> configure)
    {
        configure(services.AddDurableTaskClient());
        return services;
    }
}
