using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Pao.Activities.Egress;
using Pao.Activities.Resilience;
using Pao.Activities.Secrets.Access;
using Pao.Activities.Secrets.Stores;
using Pao.Activities.Secrets.Stores.Vault;
using Pao.DurableTask;

namespace Pao.Activities.Secrets;

public static class SecretsServiceCollectionExtensions
{
    /// <summary>Adds <see cref="SecretAccess"/>: also a process that only loads documents judges what they may do.</summary>
    public static IServiceCollection AddSecretAccess(this IServiceCollection services)
    {
        services.AddOptionsWithValidateOnStart<SecretAccessOptions, SecretAccessOptionsValidator>().BindConfiguration(SecretAccessOptions.Section);
        services.AddOptionsWithValidateOnStart<SecretsOptions, SecretsOptionsValidator>().BindConfiguration(SecretsOptions.Section);
        services.TryAddSingleton(provider => new SecretAccess(
            provider.GetRequiredService<IOptions<SecretAccessOptions>>(), provider.GetRequiredService<IOptions<SecretsOptions>>()));
        return services;
    }

    internal static IServiceCollection AddSecrets(this IServiceCollection services)
    {
        services.AddSecretAccess();
        services.TryAddSingleton<Redactor>();
        services.AddSingleton<StoreHttp>();
        services.AddSingleton<SecretStores>();
        services.AddSingleton<SecretStore>();
        services.TryAddSingleton<Heartbeats>();
        services.AddHostedService<VaultUpkeep>();

        // An operator names where the stores are, no document: the guard lets this client go there, and only this one.
        services.AddHttpClient(StoreHttp.ClientName)
            .ConfigurePrimaryHttpMessageHandler(provider => provider.GetRequiredService<EgressGuard>().CreateHandler(
                [.. provider.GetRequiredService<IOptions<SecretsOptions>>().Value.Stores.Values.SelectMany(StoreHttp.AddressesOf)]))
            .UseExternalSystems();
        return services;
    }
}
