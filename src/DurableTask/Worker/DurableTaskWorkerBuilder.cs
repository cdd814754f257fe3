using Microsoft.Extensions.DependencyInjection;

namespace Pao.DurableTask.Worker;

/// <summary>Sets a worker up. The type is Microsoft's, so that registrations move between the two.</summary>
public interface IDurableTaskWorkerBuilder
{
    string Name { get; }

    IServiceCollection Services { get; }
}

internal sealed record DurableTaskWorkerBuilder(string Name, IServiceCollection Services) : IDurableTaskWorkerBuilder;

public static class DurableTaskWorkerBuilderExtensions
{
    /// <summary>Adds orchestrators and activities; may be called several times.</summary>
    public static IDurableTaskWorkerBuilder AddTasks(this IDurableTaskWorkerBuilder builder, Action<DurableTaskRegistry> configure)
    {
        builder.Services.Configure(builder.Name, configure);
        return builder;
    }

    public static IDurableTaskWorkerBuilder Configure(this IDurableTaskWorkerBuilder builder, Action<DurableTaskWorkerOptions> configure)
    {
        builder.Services.Configure(builder.Name, configure);
        return builder;
    }

    public static IDurableTaskWorkerBuilder UseVersioning(
        this IDurableTaskWorkerBuilder builder, DurableTaskWorkerOptions.VersioningOptions versioning) =>
        builder.Configure(options => options.Versioning = versioning);

    /// <summary>Takes only work for the orchestrators and activities that are registered here; the rest waits for other workers.</summary>
    public static IDurableTaskWorkerBuilder UseWorkItemFilters(this IDurableTaskWorkerBuilder builder) =>
        builder.Configure(options => options.OnlyRegisteredTasks = true);
}
