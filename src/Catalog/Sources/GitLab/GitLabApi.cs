using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using Pao.Catalog.Sources.Git;

namespace Pao.Catalog.Sources.GitLab;

/// <summary>GitLab's REST API. Its errors say what an operator can do.</summary>
internal sealed partial class GitLabApi : IDisposable
{
    public const string HostName = "GitLab";

    private const int PageSize = 100;

    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    private readonly HttpClient _http;

    public GitLabApi(GitLabOptions options, HostTransport transport)
    {
        _http = new HttpClient(transport, disposeHandler: false) { BaseAddress = GitSettings.BaseOf(options.Api), Timeout = Timeout.InfiniteTimeSpan };
        _http.DefaultRequestHeaders.Add("User-Agent", "pao");
        if (options.Token is { Length: > 0 } token)
        {
            _http.DefaultRequestHeaders.Add("PRIVATE-TOKEN", token);
        }

        Project = $"projects/{Uri.EscapeDataString(options.Project)}";
    }

    /// <summary>The project's part of the API, for paths that begin there.</summary>
    public string Project { get; }

    public void Dispose() => _http.Dispose();

    /// <param name="path">Below the API's address.</param>
    /// <returns>null when there is no such thing, or the token may not see it.</returns>
    public async Task<T?> FindAsync<T>(string path, CancellationToken cancellationToken)
        where T : class
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        using var answer = await SendAsync(request, path, isHiddenNothing: false, cancellationToken);
        return answer is null ? null : await ReadAsync<T>(answer, path, cancellationToken);
    }

    /// <summary>A list, page by page, up to a bound.</summary>
    /// <param name="path">With a query or without.</param>
    /// <param name="isHiddenNothing">Whether the token need not be allowed to see it.</param>
    /// <returns>null when there is no such list, or the token may not see it.</returns>
    public async Task<IReadOnlyList<T>?> FindAllAsync<T>(string path, int limit, bool isHiddenNothing, CancellationToken cancellationToken)
    {
        var all = new List<T>();
        for (var next = string.Create(CultureInfo.InvariantCulture, $"{path}{(path.Contains('?') ? '&' : '?')}per_page={PageSize}"); next is not null;)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, next);
            using var answer = await SendAsync(request, path, isHiddenNothing, cancellationToken);
            if (answer is null)
            {
                return null;
            }

            all.AddRange(await ReadAsync<List<T>>(answer, path, cancellationToken));
            next = all.Count < limit ? NextOf(answer, path) : null;
        }

        return all;
    }

    /// <returns>At most <paramref name="limit"/> bytes; null when there is no such thing.</returns>
    public async Task<byte[]?> FindBytesAsync(string path, int limit, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Options.Set(HostTransport.BodyLimit, limit);
        using var answer = await SendAsync(request, path, isHiddenNothing: false, cancellationToken);
        return answer is null ? null : await answer.Content.ReadAsByteArrayAsync(cancellationToken);
    }

    /// <returns>A header of the answer; null when there is no such thing.</returns>
    public async Task<string?> FindHeaderAsync(string path, string header, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Head, path);
        using var answer = await SendAsync(request, path, isHiddenNothing: false, cancellationToken);
        return answer is not null && answer.Headers.TryGetValues(header, out var values) ? values.First() : null;
    }

    public async Task PostAsync(string path, object body, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(body) };
        using var answer = await SendAsync(request, path, isHiddenNothing: false, cancellationToken)
            ?? throw new SourceUnavailableException($"{HostName} has no {path}, or the token ({GitLabOptions.Section}:Token) may not see it.");
    }

    private static async Task<T> ReadAsync<T>(HttpResponseMessage answer, string path, CancellationToken cancellationToken)
    {
        try
        {
            return await answer.Content.ReadFromJsonAsync<T>(Json, cancellationToken)
                ?? throw new SourceUnavailableException($"{HostName} answered {path} with nothing.");
        }
        catch (Exception failure) when (failure is JsonException or NotSupportedException or InvalidOperationException)
        {
            throw new SourceUnavailableException(
                $"{HostName} answered {path} with something that is not understood. Is {GitLabOptions.Section}:Api the address of its API?", failure);
        }
    }

    /// <summary>Only the query is taken from the link: where calls go is the configuration's to say.</summary>
    private static string? NextOf(HttpResponseMessage answer, string path) =>
        answer.Headers.TryGetValues("Link", out var links) && NextLink().Match(string.Join(", ", links)) is { Success: true } link
            ? $"{path.Split('?')[0]}?{link.Groups["query"].Value}"
            : null;

    private async Task<HttpResponseMessage?> SendAsync(
        HttpRequestMessage request, string path, bool isHiddenNothing, CancellationToken cancellationToken)
    {
        var answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        if (answer.IsSuccessStatusCode)
        {
            return answer;
        }

        using (answer)
        {
            return answer.StatusCode switch
            {
                HttpStatusCode.NotFound => null,
                HttpStatusCode.Forbidden when isHiddenNothing => null,
                HttpStatusCode.Unauthorized => throw new SourceUnavailableException($"{HostName} refused the token ({GitLabOptions.Section}:Token)."),
                HttpStatusCode.Forbidden => throw new SourceUnavailableException(
                    $"{HostName} does not let the token ({GitLabOptions.Section}:Token) do {path}."),
                _ => throw new SourceUnavailableException($"{HostName} answered {(int)answer.StatusCode} to {path}."),
            };
        }
    }

    [GeneratedRegex("""<[^>?]*\?(?<query>[^>]*)>;\s*rel="?next"?""", RegexOptions.NonBacktracking)]
    private static partial Regex NextLink();
}
