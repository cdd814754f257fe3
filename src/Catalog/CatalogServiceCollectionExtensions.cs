using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Pao.Catalog.Folders;

namespace Pao.Catalog;

public static class CatalogServiceCollectionExtensions
{
    /// <summary>Adds <see cref="FolderCatalog"/>, loaded when the host has started, and <see cref="ActionTemplates"/>.</summary>
    public static IServiceCollection AddCatalog(this IServiceCollection services)
    {
        services.AddOptionsWithValidateOnStart<CatalogOptions, CatalogOptionsValidator>()
            .BindConfiguration(CatalogOptions.Section);
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<FolderCatalog>();
        services.AddSingleton<ActionTemplates>();
        services.AddHostedService<CatalogWatcher>();
        return services;
    }
}
