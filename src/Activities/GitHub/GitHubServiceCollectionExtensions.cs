using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Pao.Activities.GitHub;

public static class GitHubServiceCollectionExtensions
{
    /// <summary>Adds what calls GitHub for actions.</summary>
    internal static IServiceCollection AddGitHub(this IServiceCollection services)
    {
        services.AddOptionsWithValidateOnStart<GitHubOptions>().BindConfiguration(GitHubOptions.Section);
        services.AddSingleton<IValidateOptions<GitHubOptions>, GitHubOptionsValidator>();
        services.AddSingleton<GitHubOwners>();
        services.AddSingleton<AppTokens>();
        services.AddSingleton<GitHubAccess>();
        return services.AddSingleton<GitHubClients>();
    }
}
