using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Pao.Activities.Egress;

public static class EgressServiceCollectionExtensions
{
    /// <summary>
    /// Adds <see cref="IHttpClientFactory"/>, whose clients, whatever their name, all go through the guard: no redirects, no
    /// cookies, no proxy of the environment, and no log of their own. Whoever follows a redirect sends anew, and is judged
    /// anew.
    /// </summary>
    public static IServiceCollection AddEgress(this IServiceCollection services)
    {
        services.AddOptionsWithValidateOnStart<EgressOptions, EgressOptionsValidator>().BindConfiguration(EgressOptions.Section);
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<EgressOptions>, EgressEntriesValidator>());
        services.TryAddSingleton<NameLookup>(Dns.GetHostAddressesAsync);
        services.TryAddSingleton(provider => new EgressGuard(
            provider.GetRequiredService<NameLookup>(),
            provider.GetRequiredService<IOptions<EgressOptions>>(),
            provider.GetRequiredService<ILogger<EgressGuard>>()));
        services.ConfigureHttpClientDefaults(client => client
            .ConfigurePrimaryHttpMessageHandler(provider => provider.GetRequiredService<EgressGuard>().CreateHandler())
            .SetHandlerLifetime(Timeout.InfiniteTimeSpan) // connections have a lifetime of their own
            .RemoveAllLoggers());
        return services;
    }

    /// <summary>Lets this client, and no other, also call what an operator has named elsewhere: no document does.</summary>
    public static IHttpClientBuilder AllowEgressTo(this IHttpClientBuilder client, Func<IServiceProvider, IEnumerable<Uri>> named) =>
        client.ConfigurePrimaryHttpMessageHandler(
            provider => provider.GetRequiredService<EgressGuard>().CreateHandler([.. named(provider)]));
}
