using Microsoft.Extensions.DependencyInjection;

namespace Pao.DurableTask;

/// <summary>The key of a hub that one worker or client has for itself.</summary>
internal sealed record HubOf(string Kind, string Name)
{
    public static HubOf Worker(string name) => new("worker", name);

    public static HubOf Client(string name) => new("client", name);

    /// <summary>Its own hub, or else the container's.</summary>
    /// <exception cref="InvalidOperationException">There is neither.</exception>
    public ITaskHub Find(IServiceProvider provider) =>
        provider.GetKeyedService<ITaskHub>(this) ?? provider.GetRequiredService<ITaskHub>();
}
