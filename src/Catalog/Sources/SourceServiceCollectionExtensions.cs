using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Pao.Catalog.Sources.Git;
using Pao.Catalog.Sources.GitHub;
using Pao.Catalog.Sources.GitLab;
using Pao.Catalog.Sources.Ownership;

namespace Pao.Catalog.Sources;

internal static class SourceServiceCollectionExtensions
{
    /// <summary>Adds the source that the configuration names. Its HTTP client goes through the handler that the process gives to all clients.</summary>
    public static void AddCatalogSource(this IServiceCollection services)
    {
        services.AddHttpClient(CatalogOptions.HttpClientName).RemoveAllLoggers();
        services.AddSingleton(Create);
    }

    private static ICatalogSource Create(IServiceProvider provider)
    {
        var options = provider.GetRequiredService<IOptions<CatalogOptions>>().Value;
        var clock = provider.GetRequiredService<TimeProvider>();
        return options.Source switch
        {
            SourceKind.GitHub => GitHub(provider, options, clock),
            SourceKind.GitLab => GitLab(provider, options, clock),
            _ => new FolderSource(options, clock, provider.GetRequiredService<ILogger<FolderSource>>()),
        };
    }

    private static GitSource GitHub(IServiceProvider provider, CatalogOptions options, TimeProvider clock)
    {
        var transport = new HostTransport(provider.GetRequiredService<IHttpMessageHandlerFactory>(), GitHubApi.HostName, clock);
        var host = new GitHubHost(options.GitHub, new GitHubApi(options.GitHub, transport), transport.Gate);
        return Git(provider, host, options.GitHub.Folder, options, clock);
    }

    private static GitSource GitLab(IServiceProvider provider, CatalogOptions options, TimeProvider clock)
    {
        var transport = new HostTransport(provider.GetRequiredService<IHttpMessageHandlerFactory>(), GitLabApi.HostName, clock);
        var host = new GitLabHost(options.GitLab, new GitLabApi(options.GitLab, transport), transport.Gate);
        return Git(provider, host, options.GitLab.Folder, options, clock);
    }

    private static GitSource Git(IServiceProvider provider, IGitHost host, string folder, CatalogOptions options, TimeProvider clock)
    {
        var prefix = GitSettings.PrefixOf(folder);
        return new GitSource(
            host,
            new OwnershipJudge(host, options.Ownership, prefix, clock),
            prefix,
            options,
            clock,
            provider.GetRequiredService<ILogger<GitSource>>());
    }
}
