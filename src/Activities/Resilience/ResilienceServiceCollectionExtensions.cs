using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Pao.Activities.Resilience;

public static class ResilienceServiceCollectionExtensions
{
    /// <summary>Adds <see cref="ExternalSystems"/>; clients take part by <see cref="UseExternalSystems"/>.</summary>
    public static IServiceCollection AddResilience(this IServiceCollection services)
    {
        services.AddOptionsWithValidateOnStart<ResilienceOptions, ResilienceOptionsValidator>().BindConfiguration(ResilienceOptions.Section);
        services.TryAddSingleton(provider => new ExternalSystems(
            provider.GetRequiredService<IOptions<ResilienceOptions>>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetService<IMeterFactory>()));
        return services;
    }

    /// <summary>Each call of the client goes by the breaker and within the limits of the system that it is for.</summary>
    public static IHttpClientBuilder UseExternalSystems(this IHttpClientBuilder client) =>
        client.AddHttpMessageHandler(provider => new SystemHandler(provider.GetRequiredService<ExternalSystems>()));
}
