using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Pao.Cli.Reports;

namespace Pao.Cli.Service;

/// <summary>A running PAO, called with the signature of who runs the command.</summary>
internal sealed class PaoService : IDisposable
{
    private const string Base = "/api/v1";
    private const string Lines = "application/jsonl";

    private readonly HttpClient _http;
    private readonly Uri _address;
    private readonly CallSigner _signer;
    private readonly Func<CallSigner, string>? _token;

    /// <param name="address">Where the service is.</param>
    /// <param name="signer">Of who calls.</param>
    /// <param name="token">Makes a token that is shown in place of a signature; null to sign.</param>
    public PaoService(Uri address, CallSigner signer, Func<CallSigner, string>? token)
    {
        (_address, _signer, _token) = (address, signer, token);

        // What stays on this machine goes by no proxy: it would leave it, in clear.
        _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = !address.IsLoopback }) { Timeout = TimeSpan.FromSeconds(30) };
        if (token is not null)
            RefuseInClear("a token");
    }

    public void Dispose() => _http.Dispose();

    /// <summary>What is secret crosses a network encrypted, or not at all.</summary>
    /// <exception cref="ServiceException">It would be sent in clear.</exception>
    public void RefuseInClear(string what)
    {
        if (_address.Scheme != Uri.UriSchemeHttps && !_address.IsLoopback)
            throw new ServiceException($"{what} would cross the network in clear: call the service by https");
    }

    /// <summary>Every page of a list.</summary>
    public async Task<JsonArray> ListAsync(string path, CancellationToken cancellationToken)
    {
        JsonArray all = [];
        string? cursor = null;
        do
        {
            var page = await SendAsync(
                HttpMethod.Get, cursor is null ? $"{path}?limit=200" : $"{path}?limit=200&cursor={Uri.EscapeDataString(cursor)}", body: null, cancellationToken);
            foreach (var one in page?["data"] as JsonArray ?? throw NotPao(HttpStatusCode.OK))
                all.Add(one?.DeepClone());
            cursor = Text(page?["pagination"]?["next_cursor"]);
        }
        while (cursor is not null);
        return all;
    }

    /// <param name="method">The method.</param>
    /// <param name="path">Below /api/v1, with its escapes.</param>
    /// <param name="body">What is sent, if anything is.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The body of the answer; null when it has none.</returns>
    /// <exception cref="ServiceException">The service did not do it.</exception>
    public async Task<JsonNode?> SendAsync(HttpMethod method, string path, JsonNode? body, CancellationToken cancellationToken)
    {
        var address = new Uri($"{_address.AbsoluteUri.TrimEnd('/')}{Base}{path}");
        var bytes = body is null ? [] : Encoding.UTF8.GetBytes(body.ToJsonString());
        using var request = new HttpRequestMessage(method, address);
        if (body is not null)
        {
            request.Content = new ByteArrayContent(bytes);
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        }

        if (_token is null)
            _signer.Sign(request, address, bytes);
        else
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _token(_signer));

        try
        {
            using var answer = await _http.SendAsync(request, cancellationToken);
            var text = await answer.Content.ReadAsStringAsync(cancellationToken);
            var node = Read(text);
            if (!answer.IsSuccessStatusCode)
                throw new ServiceException(Describe(answer.StatusCode, node as JsonObject));
            return node is JsonObject || answer.StatusCode is HttpStatusCode.NoContent ? node : throw NotPao(answer.StatusCode);
        }
        catch (HttpRequestException lost)
        {
            throw new ServiceException($"{_address} cannot be reached: {lost.Message}", lost);
        }
        catch (TaskCanceledException late) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ServiceException($"{_address} did not answer within {_http.Timeout.TotalSeconds} seconds", late);
        }
    }

    /// <summary>An answer that is longer than what fits into memory.</summary>
    /// <exception cref="ServiceException">The service did not give it.</exception>
    public async Task DownloadAsync(string path, Stream output, CancellationToken cancellationToken)
    {
        var address = new Uri($"{_address.AbsoluteUri.TrimEnd('/')}{Base}{path}");
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        if (_token is null)
            _signer.Sign(request, address, []);
        else
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _token(_signer));

        try
        {
            using var answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            if (!answer.IsSuccessStatusCode)
                throw new ServiceException(Describe(answer.StatusCode, Read(await answer.Content.ReadAsStringAsync(cancellationToken)) as JsonObject));
            if (answer.Content.Headers.ContentType?.MediaType is not Lines)
                throw NotPao(answer.StatusCode);
            await answer.Content.CopyToAsync(output, cancellationToken);
        }
        catch (HttpRequestException lost)
        {
            throw new ServiceException($"{_address} cannot be reached, or broke off its answer: {lost.Message}", lost);
        }
        catch (TaskCanceledException late) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ServiceException($"{_address} did not answer within {_http.Timeout.TotalSeconds} seconds", late);
        }
    }

    // A gateway, or a page for people, that answers everything: nothing was done.
    private ServiceException NotPao(HttpStatusCode status) =>
        new($"{_address} answered {(int)status}, but not as PAO does: is it the address of one?");

    private static string Describe(HttpStatusCode status, JsonObject? problem)
    {
        var errors = problem?["errors"] is JsonObject named
            ? named.Select(error => $"\n  {PlainText.Of(error.Key)}: {string.Join(' ', (error.Value as JsonArray ?? []).Select(Text))}")
            : [];
        return Text(problem?["code"]) is not { } code
            ? $"the service answered {(int)status}"
            : $"{Text(problem?["title"])} {Text(problem?["detail"])} ({(int)status} {code}, correlation id {Text(problem?["correlation_id"])}){string.Concat(errors)}";
    }

    private static string? Text(JsonNode? node) =>
        node?.GetValueKind() is JsonValueKind.String ? PlainText.Of(node.GetValue<string>()) : null;

    private static JsonNode? Read(string text)
    {
        try
        {
            return text.Length == 0 ? null : JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
