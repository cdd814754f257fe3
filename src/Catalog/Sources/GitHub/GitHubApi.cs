using System.Globalization;
using System.Runtime.Serialization;
using Octokit;
using Octokit.Internal;
using Pao.Catalog.Sources.Git;

namespace Pao.Catalog.Sources.GitHub;

/// <summary>GitHub's REST API for one repository. Its errors say what an operator can do.</summary>
internal sealed class GitHubApi
{
    public const string HostName = "GitHub";

    /// <summary>As many things of a list as one call gives.</summary>
    public const int PageSize = 100;

    private const string Json = "application/vnd.github+json";

    private readonly GitHubOptions _options;
    private readonly Connection _connection;

    public GitHubApi(GitHubOptions options, HostTransport transport)
    {
        _options = options;
        var credentials = options.Token is { Length: > 0 } token ? new Credentials(token, AuthenticationType.Bearer) : Credentials.Anonymous;
        _connection = new Connection(
            new ProductHeaderValue("pao"),
            GitSettings.BaseOf(options.Api),
            new InMemoryCredentialStore(credentials),
            new HttpClientAdapter(() => transport),
            new SimpleJsonSerializer());
    }

    /// <summary>The repository's part of the API, for paths that begin there.</summary>
    public string Repository => $"repos/{_options.Repository}";

    /// <param name="path">Below the API's address.</param>
    /// <returns>null when there is no such thing, or the token may not see it.</returns>
    public async Task<T?> FindAsync<T>(string path, CancellationToken cancellationToken, params (string Name, string Value)[] query)
        where T : class
    {
        try
        {
            var answer = await _connection.Get<T>(
                new Uri(path, UriKind.Relative), query.ToDictionary(part => part.Name, part => part.Value), Json, cancellationToken);
            return answer.Body
                ?? throw new SourceUnavailableException($"{HostName} answered {path} with something else than JSON. Is {GitHubOptions.Section}:{nameof(_options.Api)} the address of its API?");
        }
        catch (NotFoundException)
        {
            return null;
        }
        catch (Exception failure) when (failure is ApiException or SerializationException or InvalidCastException or FormatException)
        {
            throw Unavailable(path, failure);
        }
    }

    /// <summary>Like <see cref="FindAsync"/>, of what must be there.</summary>
    public async Task<T> GetAsync<T>(string path, CancellationToken cancellationToken, params (string Name, string Value)[] query)
        where T : class => await FindAsync<T>(path, cancellationToken, query)
        ?? throw new SourceUnavailableException($"{HostName} has no {path}, or the token ({GitHubOptions.Section}:{nameof(_options.Token)}) may not read it.");

    /// <summary>Like <see cref="FindAsync"/>, of what a token need not be allowed to see.</summary>
    public async Task<T?> FindVisibleAsync<T>(string path, CancellationToken cancellationToken, params (string Name, string Value)[] query)
        where T : class
    {
        try
        {
            return await FindAsync<T>(path, cancellationToken, query);
        }
        catch (SourceUnavailableException hidden) when (hidden.InnerException is ForbiddenException)
        {
            return null;
        }
    }

    /// <summary>A list, page by page, up to a bound.</summary>
    /// <returns>null when there is no such list, or the token may not see it.</returns>
    public async Task<IReadOnlyList<T>?> FindAllVisibleAsync<T>(string path, int limit, CancellationToken cancellationToken)
    {
        var all = new List<T>();
        for (var page = 1; all.Count < limit; page++)
        {
            if (await FindVisibleAsync<List<T>>(path, cancellationToken, ("per_page", Text(PageSize)), ("page", Text(page))) is not { } items)
            {
                return null;
            }

            all.AddRange(items);
            if (items.Count < PageSize)
            {
                break;
            }
        }

        return all;
    }

    public async Task PostAsync(string path, object body, CancellationToken cancellationToken)
    {
        try
        {
            await _connection.Post<object>(new Uri(path, UriKind.Relative), body, Json, "application/json", parameters: null, cancellationToken);
        }
        catch (Exception failure) when (failure is ApiException or SerializationException)
        {
            throw Unavailable(path, failure);
        }
    }

    public static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static SourceUnavailableException Unavailable(string path, Exception failure) => new(
        failure switch
        {
            AuthorizationException => $"{HostName} refused the token ({GitHubOptions.Section}:Token).",
            ForbiddenException => $"{HostName} does not let the token ({GitHubOptions.Section}:Token) do {path}: {failure.Message}",
            ApiException api => $"{HostName} answered {(int)api.StatusCode} to {path}: {api.Message}",
            _ => $"{HostName} answered {path} with something that is not understood: {failure.Message}",
        },
        failure);
}
