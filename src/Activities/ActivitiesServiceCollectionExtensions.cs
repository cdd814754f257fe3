using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Pao.Activities.Custom;
using Pao.Activities.Egress;
using Pao.Activities.Expressions;
using Pao.Activities.GitHub;
using Pao.Activities.Http;
using Pao.Activities.Http.OAuth;
using Pao.Activities.Jira;
using Pao.Activities.Resilience;
using Pao.Activities.Rest;
using Pao.Activities.Secrets;
using Pao.Activities.Terraform;
using Pao.Activities.Webhooks;

namespace Pao.Activities;

public static class ActivitiesServiceCollectionExtensions
{
    /// <summary>
    /// Adds the executors of every action type that this version carries out. The host adds an
    /// <see cref="IActionJournal"/>, and registers <see cref="ExecuteAction"/> with its worker.
    /// </summary>
    public static IServiceCollection AddActivities(this IServiceCollection services)
    {
        services.AddOptionsWithValidateOnStart<ActivitiesOptions, ActivitiesOptionsValidator>()
            .BindConfiguration(ActivitiesOptions.Section);
        services.TryAddSingleton(TimeProvider.System);
        services.AddEgress();
        services.AddResilience();
        services.AddHttpClient(OutgoingHttp.ClientName).UseExternalSystems();
        services.AddSingleton<OutgoingHttp>();
        services.AddSingleton<AccessTokens>();
        services.AddSingleton<RestCalls>();
        services.AddSecrets();
        services.AddSingleton<ResponseExpressions>();
        services.AddSingleton(provider => new CustomOutputs(provider.GetRequiredService<ResponseExpressions>()));
        services.AddSingleton<IActionExecutor, RestApiExecutor>();
        services.AddSingleton<IActionExecutor, WebhookExecutor>();
        services.AddJira();
        services.AddTerraform();
        services.AddGitHub();
        return services;
    }
}
