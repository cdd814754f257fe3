using Microsoft.Extensions.DependencyInjection;

namespace Pao.Activities;

public static class ActivitiesServiceCollectionExtensions
{
    /// <summary>
    /// Adds the executors of every action type that this version carries out. The host adds an
    /// <see cref="IActionJournal"/>, and registers <c>ExecuteAction</c> with its worker.
    /// </summary>
    public static IServiceCollection AddActivities(this IServiceCollection services)
    {
        services.AddOptionsWithValidateOnStart<ActivitiesOptions, ActivitiesOptionsValidator>()
            .BindConfiguration(ActivitiesOptions.Section);
        return services;
    }
}
