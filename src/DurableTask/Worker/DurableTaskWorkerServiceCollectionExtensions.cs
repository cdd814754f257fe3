using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Pao.DurableTask.Worker;

public static class DurableTaskWorkerServiceCollectionExtensions
{
    /// <summary>
    /// Adds a worker that takes its work from the <see cref="ITaskHub"/> among the services. Called again with the same name
    /// it adds to the same worker.
    /// </summary>
    public static IDurableTaskWorkerBuilder AddDurableTaskWorker(this IServiceCollection services, string? name = null)
    {
        var workerName = name ?? Options.DefaultName;
        var known = services.Select(service => service.ImplementationInstance).OfType<DurableTaskWorkerBuilder>();
        if (known.FirstOrDefault(builder => builder.Name == workerName) is { } existing)
            return existing;

        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<Heartbeats>();
        services.AddOptions<DurableTaskRegistry>(workerName);
        services.AddOptionsWithValidateOnStart<DurableTaskWorkerOptions, DurableTaskWorkerOptionsValidator>(workerName);
        services.AddSingleton<IHostedService>(provider => ActivatorUtilities.CreateInstance<DurableTaskWorker>(
            provider, workerName, HubOf.Worker(workerName).Find(provider)));
        var builder = new DurableTaskWorkerBuilder(workerName, services);
        services.AddSingleton(builder);
        return builder;
    }

    public static IServiceCollection AddDurableTaskWorker(this IServiceCollection services, Action<IDurableTaskWorkerBuilder> configure) =>
        services.AddDurableTaskWorker(null, configure);

    public static IServiceCollection AddDurableTaskWorker(
        this IServiceCollection services, string? name, Action<IDurableTaskWorkerBuilder> configure)
    {
        configure(services.AddDurableTaskWorker(name));
        return services;
    }
}

[OptionsValidator]
internal sealed partial class DurableTaskWorkerOptionsValidator : IValidateOptions<DurableTaskWorkerOptions>;
