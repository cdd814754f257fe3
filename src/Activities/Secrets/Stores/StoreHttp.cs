using System.Text.Json;
using System.Text.Json.Nodes;
using Pao.Activities.Egress;
using Pao.Activities.Resilience;

namespace Pao.Activities.Secrets.Stores;

/// <summary>Calls of a store's server, which an operator names.</summary>
internal sealed class StoreHttp(IHttpClientFactory clients)
{
    public const string ClientName = "secrets";

    private const int Largest = 1024 * 1024;

    /// <summary>Where a store of these settings is called.</summary>
    public static IEnumerable<Uri> AddressesOf(SecretStoreOptions store)
    {
        if (store.Type is SecretStoreType.AwsSecretsManager or SecretStoreType.AwsParameterStore)
        {
            var region = SecretStores.RegionOf(store);
            var service = store.Type is SecretStoreType.AwsSecretsManager ? "secretsmanager" : "ssm";
            yield return store.Address ?? new Uri($"https://{service}.{region}.amazonaws.com/");
            yield return store.StsAddress ?? new Uri($"https://sts.{region}.amazonaws.com/");
        }
        else if (store.Address is { } address)
        {
            yield return address;
        }
    }

    /// <exception cref="SecretStoreException">There was no answer.</exception>
    public async Task<(int Status, string Text)> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var host = request.RequestUri?.Authority;
        try
        {
            using var client = clients.CreateClient(ClientName);
            client.MaxResponseContentBufferSize = Largest;
            using var response = await client.SendAsync(request, cancellationToken);
            return ((int)response.StatusCode, await response.Content.ReadAsStringAsync(cancellationToken));
        }
        catch (EgressRefusedException refusal)
        {
            throw new SecretStoreException(refusal.Message, isPassing: false, refusal);
        }
        catch (Exception lost) when (lost is HttpRequestException or SystemUnavailableException or IOException)
        {
            throw new SecretStoreException($"{host} cannot be reached: {lost.Message}", isPassing: true, lost);
        }
    }

    /// <summary>An answer as a JSON object; null when it is none.</summary>
    public static JsonObject? Read(string text)
    {
        try
        {
            return JsonNode.Parse(text) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
