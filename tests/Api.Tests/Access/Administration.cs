using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Pao.Api.Tests.Harness;

namespace Pao.Api.Tests.Access;

/// <summary>What an administrator does by HTTP.</summary>
internal static class Administration
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static async Task<JsonObject> PutAsync(HttpClient admin, string id, object principal)
    {
        using var answer = await admin.PutAsJsonAsync($"/api/v1/principals/{id}", principal, Cancellation);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Cancellation));
        return await Service.ReadAsync(answer);
    }

    public static async Task<TestSigner> IssueAsync(HttpClient admin, string id, object? body = null)
    {
        using var answer = body is null
            ? await admin.PostAsync($"/api/v1/principals/{id}/keys", content: null, Cancellation)
            : await admin.PostAsJsonAsync($"/api/v1/principals/{id}/keys", body, Cancellation);
        Assert.True(answer.StatusCode is HttpStatusCode.Created, await answer.Content.ReadAsStringAsync(Cancellation));
        Assert.True(answer.Headers.CacheControl?.NoStore);
        var key = await Service.ReadAsync(answer);
        return new TestSigner((string?)key["id"] ?? "", (string?)key["secret"] ?? "");
    }

    public static async Task<HttpStatusCode> PostAsync(HttpClient admin, string path)
    {
        using var answer = await admin.PostAsync(path, content: null, Cancellation);
        return answer.StatusCode;
    }

    /// <summary>Whether a call that somebody has signed is let in.</summary>
    public static async Task<HttpStatusCode> MeAsync(HttpClient stranger, TestSigner signer)
    {
        using var answer = await stranger.SendAsync(signer.Sign(HttpMethod.Get, "/api/v1/me"), Cancellation);
        return answer.StatusCode;
    }
}
