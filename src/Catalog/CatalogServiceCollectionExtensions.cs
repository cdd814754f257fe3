using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Pao.Catalog.Keeping;
using Pao.Catalog.Loading;
using Pao.Catalog.Sources;

namespace Pao.Catalog;

public static class CatalogServiceCollectionExtensions
{
    /// <summary>
    /// Adds <see cref="ServiceCatalog"/>, loaded when the host has started, and <see cref="ActionTemplates"/>. The last good load is
    /// kept where there is an <see cref="ICatalogArchive"/>.
    /// </summary>
    public static IServiceCollection AddCatalog(this IServiceCollection services)
    {
        services.AddActionTemplates();
        services.AddCatalogSource();
        services.AddSingleton(provider => new ServiceCatalog(
            provider.GetRequiredService<ICatalogSource>(),
            provider.GetRequiredService<IOptions<CatalogOptions>>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<ServiceCatalog>>(),
            provider.GetService<ICatalogArchive>()));
        services.AddHostedService<CatalogLoader>();
        return services;
    }

    /// <summary>Adds <see cref="ActionTemplates"/> and <see cref="ComponentTemplates"/> alone, for a process that fulfils requests and offers nothing.</summary>
    public static IServiceCollection AddActionTemplates(this IServiceCollection services)
    {
        services.AddOptionsWithValidateOnStart<CatalogOptions, CatalogOptionsValidator>()
            .BindConfiguration(CatalogOptions.Section);
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<CatalogOptions>, SourceOptionsValidator>());
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<ActionTemplates>();
        services.TryAddSingleton<ComponentTemplates>();
        return services;
    }
}
