using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Pao.Activities.GitHub.Runs;

namespace Pao.Activities.GitHub;

public static class GitHubServiceCollectionExtensions
{
    /// <summary>Adds what calls GitHub for actions, and the executor of workflows.</summary>
    internal static IServiceCollection AddGitHub(this IServiceCollection services)
    {
        services.AddOptionsWithValidateOnStart<GitHubOptions>().BindConfiguration(GitHubOptions.Section);
        services.AddSingleton<IValidateOptions<GitHubOptions>, GitHubOptionsValidator>();
        services.AddSingleton<GitHubOwners>();
        services.AddSingleton<AppTokens>();
        services.AddSingleton<GitHubAccess>();
        services.AddSingleton<GitHubClients>();
        services.AddSingleton<RunSearch>();
        services.AddSingleton<RunStart>();
        services.AddSingleton<RunFollowing>();
        services.AddSingleton<RunCancellation>();
        return services.AddSingleton<IActionExecutor, GitHubWorkflowExecutor>();
    }
}
