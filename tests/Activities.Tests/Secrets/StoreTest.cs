using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Pao.Activities.Secrets.Stores;

namespace Pao.Activities.Tests.Secrets;

/// <summary>Secrets that are read from a store in the sandbox.</summary>
public abstract class StoreTest(SandboxProcess sandbox)
{
    protected string Url => sandbox.Url;

    internal static async Task<string> ReadAsync(Actions actions, string reference) =>
        await actions.Services.GetRequiredService<SecretStores>()
            .ReadAsync(SecretReference.Parse(reference)!, TestContext.Current.CancellationToken);

    internal static async Task<ActionFailedException> FailAsync(Actions actions, string reference) =>
        await Assert.ThrowsAsync<ActionFailedException>(() => ReadAsync(actions, reference));

    protected async Task TellAsync(HttpMethod method, string path, JsonNode? body = null)
    {
        using var http = GlobalProxy.ClientWithout();
        using var request = new HttpRequestMessage(method, new Uri(Url + path)) { Content = body is null ? null : System.Net.Http.Json.JsonContent.Create(body) };
        using var answer = await http.SendAsync(request, TestContext.Current.CancellationToken);
        answer.EnsureSuccessStatusCode();
    }

    protected async Task<int> CountAsync(string path, string name)
    {
        using var http = GlobalProxy.ClientWithout();
        var counts = JsonNode.Parse(await http.GetStringAsync(new Uri(Url + path), TestContext.Current.CancellationToken));
        return (int?)counts?[name] ?? 0;
    }

    protected static string FileWith(string content)
    {
        var path = Path.GetTempFileName(); // mode 600
        File.WriteAllText(path, content);
        return path;
    }
}
