using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;

namespace Pao.Activities.Tests.Secrets;

/// <summary>What is sent to Vault is in HashiCorp's published OpenAPI description (vault.json: the operations that are used).</summary>
public sealed class VaultSpecificationTests
{
    private static readonly JsonObject Paths = (JsonObject)JsonNode.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Secrets", "vault.json")))!;

    [Theory]
    [InlineData("Token")]
    [InlineData("AppRole")]
    [InlineData("Kubernetes")]
    public async Task Every_request_is_described(string login)
    {
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var vault = await Target.StartAsync(context => context.Response.WriteAsync(
            context.Request.Path.Value!.Contains("/data/", StringComparison.Ordinal)
                ? """{"data": {"data": {"k": "v"}, "metadata": {}}}"""
                : """{"auth": {"client_token": "hvs.token", "lease_duration": 60, "renewable": true}, "data": {"ttl": 60, "renewable": true}}"""));
        const string Store = "Pao:Secrets:Stores:vault";
        var jwt = Path.GetTempFileName();
        await File.WriteAllTextAsync(jwt, "jwt", TestContext.Current.CancellationToken);
        await using var actions = new Actions(
            null, clock, ($"{Store}:Type", "Vault"), ($"{Store}:Address", vault.Url), ($"{Store}:Login", login), ($"{Store}:Token", "given"),
            ($"{Store}:RoleId", "role"), ($"{Store}:SecretId", "id"), ($"{Store}:Role", "pao"), ($"{Store}:ServiceAccountTokenFile", jwt), ($"{Store}:CacheTime", "00:00:00"));

        await StoreTest.ReadAsync(actions, "vault.a/b#k");
        clock.Advance(TimeSpan.FromSeconds(45));
        await StoreTest.ReadAsync(actions, "vault.a/b#k");

        Assert.Equal(4, vault.Calls.Count); // login or look-up, read, renewal, read
        Assert.All(vault.Calls, AssertDescribed);
    }

    private static void AssertDescribed(Received call)
    {
        var (path, operations) = Paths.Single(path => Regex.IsMatch(call.PathAndQuery, Pattern(path.Key)));
        Assert.True(operations!.AsObject().TryGetPropertyValue(call.Method, out var body), $"{call.Method} {path}");
        if (call.Method is "GET")
            Assert.Equal("", call.Body);
        else
            Assert.All(JsonNode.Parse(call.Body)!.AsObject(), member =>
                Assert.Equal((string?)body?[member.Key], member.Value!.GetValueKind().ToString().ToLowerInvariant()));
    }

    // Login methods are mounted under their own names, unless somebody says otherwise.
    private static string Pattern(string path) =>
        $"^{Regex.Replace(Regex.Replace(path, @"(?<=/auth/)\{(\w+)_mount_path\}", "$1"), @"\{\w+\}", ".+")}$";
}
