using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace Pao.Activities.Secrets.Stores.Aws;

/// <summary>Calls operations of AWS's JSON protocol, signed.</summary>
internal sealed class AwsClient(SecretStoreOptions options, string region, AwsCredentials credentials, StoreHttp http, TimeProvider clock)
{
    private static readonly HashSet<string> Passing = new(StringComparer.Ordinal)
    {
        "InternalServiceError", "InternalServerError", "ServiceUnavailable", "ThrottlingException", "TooManyRequestsException", "RequestTimeout",
    };

    private static readonly HashSet<string> OldKeys = new(StringComparer.Ordinal) { "ExpiredTokenException", "ExpiredToken" };

    /// <exception cref="SecretStoreException">It answered with an error, or not at all.</exception>
    public async Task<JsonObject> CallAsync(string service, string target, JsonObject body, string what, CancellationToken cancellationToken)
    {
        var keys = await credentials.GetAsync(refused: null, cancellationToken);
        var (status, answer) = await SendAsync(service, target, body, keys, cancellationToken);
        if (OldKeys.Contains(ErrorOf(answer)))
            (status, answer) = await SendAsync(service, target, body, await credentials.GetAsync(refused: keys, cancellationToken), cancellationToken);

        if (status is 200 && answer is not null)
            return answer;

        var error = ErrorOf(answer);
        throw new SecretStoreException(
            $"AWS answered {status} {error} to {what} in {region}.", isPassing: status is 429 or >= 500 || Passing.Contains(error));
    }

    private async Task<(int Status, JsonObject? Answer)> SendAsync(
        string service, string target, JsonObject body, AwsKeys keys, CancellationToken cancellationToken)
    {
        var content = Encoding.UTF8.GetBytes(body.ToJsonString());
        using var request = new HttpRequestMessage(HttpMethod.Post, options.Address ?? new Uri($"https://{service}.{region}.amazonaws.com/"))
        {
            Content = new ByteArrayContent(content) { Headers = { ContentType = new MediaTypeHeaderValue("application/x-amz-json-1.1") } },
        };
        request.Headers.Add("X-Amz-Target", target);
        AwsSignature.Sign(request, content, keys, region, service, clock.GetUtcNow());
        var (status, text) = await http.SendAsync(request, cancellationToken);
        return (status, StoreHttp.Read(text));
    }

    // "com.amazonaws.secretsmanager#ResourceNotFoundException", or without what is before the hash.
    private static string ErrorOf(JsonObject? answer)
    {
        var type = answer?["__type"] is JsonValue value ? value.ToString().Split('#')[^1] : "";
        return type.Length <= 100 && type.All(char.IsAsciiLetterOrDigit) ? type : "";
    }
}
