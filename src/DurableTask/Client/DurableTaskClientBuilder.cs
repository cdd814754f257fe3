using Microsoft.Extensions.DependencyInjection;

namespace Pao.DurableTask.Client;

/// <summary>Sets a client up. The type is Microsoft's, so that registrations move between the two.</summary>
public interface IDurableTaskClientBuilder
{
    string Name { get; }

    IServiceCollection Services { get; }
}

internal sealed record DurableTaskClientBuilder(string Name, IServiceCollection Services) : IDurableTaskClientBuilder;

public static class DurableTaskClientBuilderExtensions
{
    public static IDurableTaskClientBuilder Configure(this IDurableTaskClientBuilder builder, Action<DurableTaskClientOptions> configure)
    {
        builder.Services.Configure(builder.Name, configure);
        return builder;
    }

    public static IDurableTaskClientBuilder UseDefaultVersion(this IDurableTaskClientBuilder builder, string version) =>
        builder.Configure(options => options.DefaultVersion = version);
}
