using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Pao.Activities.Expressions;

namespace Pao.Activities.Jira;

public static class JiraServiceCollectionExtensions
{
    /// <summary>Adds what reads the events that JIRAs send.</summary>
    public static IServiceCollection AddJiraEvents(this IServiceCollection services)
    {
        // Bound twice, the lists of the options would have each entry twice.
        if (services.Any(service => service.ServiceType == typeof(JiraInstances)))
            return services;

        services.AddOptionsWithValidateOnStart<JiraOptions>().BindConfiguration(JiraOptions.Section);
        services.AddSingleton<IValidateOptions<JiraOptions>, JiraOptionsValidator>();
        services.AddSingleton<JiraInstances>();
        return services.AddSingleton(provider =>
            new JiraEvents(provider.GetRequiredService<JiraInstances>(), provider.GetRequiredService<IConfiguration>(), provider.GetRequiredService<TimeProvider>()));
    }

    /// <summary>Adds the executor of tickets. The host may add an <see cref="IRelatedTickets"/>.</summary>
    internal static IServiceCollection AddJira(this IServiceCollection services)
    {
        services.AddJiraEvents();
        services.AddSingleton<JiraAccess>();
        services.AddSingleton<JiraClients>();
        services.AddSingleton<CustomFields>();
        services.AddSingleton<TicketSearch>();
        services.AddSingleton(provider => new TicketCreation(
            provider.GetRequiredService<JiraClients>(), provider.GetRequiredService<CustomFields>(), provider.GetRequiredService<TicketSearch>(),
            provider.GetRequiredService<ResponseExpressions>(), provider.GetService<IRelatedTickets>()));
        services.AddSingleton<TicketFollowing>();
        services.AddSingleton<TicketCancellation>();
        return services.AddSingleton<IActionExecutor, JiraTicketExecutor>();
    }
}
