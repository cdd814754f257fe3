using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Pao.DurableTask.Worker;

public static class DurableTaskWorkerServiceCollectionExtensions
{
    /// <summary>Adds a worker that takes its work from the <see cref="ITaskHub"/> among the services.</summary>
    public static IDurableTaskWorkerBuilder AddDurableTaskWorker(this IServiceCollection services, string? name = null)
    {
        var workerName = name ?? Options.DefaultName;
        services.TryAddSingleton(TimeProvider.System);
        services.AddOptions<DurableTaskRegistry>(workerName);
        services.AddOptionsWithValidateOnStart<DurableTaskWorkerOptions, DurableTaskWorkerOptionsValidator>(workerName);
        return new DurableTaskWorkerBuilder(workerName, services);
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
