using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Pao.Activities.Expressions;

namespace Pao.Activities.Jira;

internal static class JiraServiceCollectionExtensions
{
    /// <summary>Adds the executor of tickets. The host may add an <see cref="IRelatedTickets"/>.</summary>
    public static IServiceCollection AddJira(this IServiceCollection services)
    {
        services.AddOptionsWithValidateOnStart<JiraOptions>().BindConfiguration(JiraOptions.Section);
        services.AddSingleton<IValidateOptions<JiraOptions>, JiraOptionsValidator>();
        services.AddSingleton<JiraInstances>();
        services.AddSingleton<JiraAccess>();
        services.AddSingleton<JiraClients>();
        services.AddSingleton<CustomFields>();
        services.AddSingleton<TicketSearch>();
        services.AddSingleton(provider => new TicketCreation(
            provider.GetRequiredService<JiraClients>(), provider.GetRequiredService<CustomFields>(), provider.GetRequiredService<TicketSearch>(),
            provider.GetRequiredService<ResponseExpressions>(), provider.GetService<IRelatedTickets>()));
        services.AddSingleton<TicketFollowing>();
        services.AddSingleton<TicketCancellation>();
        services.AddSingleton<IActionExecutor, JiraTicketExecutor>();
        return services;
    }
}
