using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Pao.Catalog.Folders;

namespace Pao.Catalog;

public static class CatalogServiceCollectionExtensions
{
    /// <summary>Adds <see cref="FolderCatalog"/>, loaded when the host has started, and <see cref="ActionTemplates"/>.</summary>
    public static IServiceCollection AddCatalog(this IServiceCollection services)
    {
        services.AddActionTemplates();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<FolderCatalog>();
        services.AddHostedService<CatalogWatcher>();
        return services;
    }

    /// <summary>Adds <see cref="ActionTemplates"/> alone, for a process that fulfils requests and offers nothing.</summary>
    public static IServiceCollection AddActionTemplates(this IServiceCollection services)
    {
        services.AddOptionsWithValidateOnStart<CatalogOptions, CatalogOptionsValidator>()
            .BindConfiguration(CatalogOptions.Section);
        services.TryAddSingleton<ActionTemplates>();
        return services;
    }
}
