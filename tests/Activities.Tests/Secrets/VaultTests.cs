using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Pao.Activities.Secrets.Stores;

namespace Pao.Activities.Tests.Secrets;

public sealed class VaultTests(SandboxProcess sandbox) : StoreTest(sandbox), IClassFixture<SandboxProcess>
{
    private const string Store = "Pao:Secrets:Stores:vault";

    [Fact]
    public async Task A_secret_is_read_by_path_and_key()
    {
        await PutAsync("secret/payments/db", new JsonObject { ["password"] = "s3cr3t-1", ["port"] = 5432, ["deep"] = new JsonObject() });
        await using var actions = WithToken();

        Assert.Equal("s3cr3t-1", await ReadAsync(actions, "vault.payments/db#password"));
        Assert.Equal("5432", await ReadAsync(actions, "vault.payments/db#port"));
        Assert.Equal("action.secret_missing", (await FailAsync(actions, "vault.payments/db#absent")).Code);
        Assert.Equal("action.secret_missing", (await FailAsync(actions, "vault.payments/db#deep")).Code);
    }

    [Fact]
    public async Task An_action_sends_what_the_store_has_and_masks_it()
    {
        await PutAsync("secret/api", new JsonObject { ["token"] = "s3cr3t-of-vault" });
        await using var target = await Target.StartAsync(context => Microsoft.AspNetCore.Http.HttpResponseWritingExtensions.WriteAsync(
            context.Response, context.Request.Headers.Authorization.ToString()));
        await using var actions = WithToken();

        var result = await actions.RestAsync($$$"""
            {"endpoint": {"url": "{{{target.Url}}}"}, "authentication": {"type": "bearer", "token": {"$secret": "vault.api#token"} } }
            """);

        Assert.Equal("Bearer s3cr3t-of-vault", target.Call.Headers.Authorization);
        Assert.Equal("Bearer ***", (string?)result.Outputs["body"]);
    }

    [Fact]
    public async Task What_was_read_is_used_again_for_a_short_time()
    {
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await PutAsync("secret/cached", new JsonObject { ["a"] = "one", ["b"] = "uno" });
        await using var actions = WithToken(clock);
        var before = await CountAsync("read");

        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => ReadAsync(actions, "vault.cached#a")));
        await ReadAsync(actions, "vault.cached#b");
        Assert.Equal(1, await CountAsync("read") - before);

        await PutAsync("secret/cached", new JsonObject { ["a"] = "two" });
        clock.Advance(TimeSpan.FromSeconds(61));
        Assert.Equal("two", await ReadAsync(actions, "vault.cached#a"));
    }

    [Fact]
    public async Task The_namespace_and_the_mount_are_those_of_the_store()
    {
        await TellAsync(HttpMethod.Put, "/vault/operator/secrets/kv/app?space=team-a", new JsonObject { ["k"] = "in the namespace" });
        await using var actions = Vault(null, ("Token", "sandbox-root-token"), ("Namespace", "team-a"), ("Mount", "kv"));

        Assert.Equal("in the namespace", await ReadAsync(actions, "vault.app#k"));
    }

    [Fact]
    public async Task A_process_logs_in_by_app_role_and_renews_its_token()
    {
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await PutAsync("secret/role", new JsonObject { ["k"] = "v1" });
        await using var actions = Vault(
            clock, ("Login", "AppRole"), ("RoleId", "sandbox-role"), ("SecretIdFile", FileWith("sandbox-secret-id\n")), ("CacheTime", "00:00:00"));
        var (logins, renewals) = (await CountAsync("login-approle"), await CountAsync("renew"));

        await ReadAsync(actions, "vault.role#k");
        await ReadAsync(actions, "vault.role#k");
        Assert.Equal((1, 0), (await CountAsync("login-approle") - logins, await CountAsync("renew") - renewals));

        clock.Advance(TimeSpan.FromSeconds(2500));
        await ReadAsync(actions, "vault.role#k");
        Assert.Equal((1, 1), (await CountAsync("login-approle") - logins, await CountAsync("renew") - renewals));

        await TellAsync(HttpMethod.Post, "/vault/operator/revoke");
        Assert.Equal("v1", await ReadAsync(actions, "vault.role#k"));
        Assert.Equal(2, await CountAsync("login-approle") - logins);
    }

    [Fact]
    public async Task A_process_logs_in_by_its_kubernetes_service_account()
    {
        await PutAsync("secret/k8s", new JsonObject { ["k"] = "v" });
        await using var actions = Vault(
            null, ("Login", "Kubernetes"), ("Role", "pao"), ("ServiceAccountTokenFile", FileWith("sandbox-service-account-jwt")));

        Assert.Equal("v", await ReadAsync(actions, "vault.k8s#k"));
    }

    [Theory]
    [InlineData("AppRole", "RoleId", "another")]
    [InlineData("Kubernetes", "Role", "another")]
    [InlineData("Token", "Token", "wrong-token-value")]
    public async Task A_login_that_is_refused_is_no_matter_of_time(string login, string key, string value)
    {
        await using var actions = Vault(null, ("Login", login), (key, value), ("SecretId", "x"), ("ServiceAccountTokenFile", FileWith("jwt-value")));

        var failure = await FailAsync(actions, "vault.any#k");

        Assert.Equal(("action.secret_missing", false), (failure.Code, failure.Retryable));
        Assert.DoesNotContain("wrong-token-value", failure.Message);
    }

    [Fact]
    public async Task A_token_that_an_operator_gave_is_renewed_although_nothing_is_read()
    {
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await TellAsync(HttpMethod.Put, "/vault/operator/tokens/given-token?renewable=true");
        await using var actions = Vault(clock, ("Token", "given-token"));
        var session = Assert.Single(actions.Services.GetRequiredService<SecretStores>().VaultSessions).Value;
        var renewals = await CountAsync("renew");

        await session.KeepAliveAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, await CountAsync("renew") - renewals);
        clock.Advance(TimeSpan.FromSeconds(2500));
        await session.KeepAliveAsync(TestContext.Current.CancellationToken);
        Assert.Equal(1, await CountAsync("renew") - renewals);
    }

    [Theory]
    [InlineData(503, 2)]
    [InlineData(500, 2)]
    [InlineData(429, 1)]
    [InlineData(412, 1)]
    public async Task A_store_that_stumbles_is_asked_again(int status, int times)
    {
        await PutAsync("secret/shaky", new JsonObject { ["k"] = "v" });
        await using var actions = WithToken();
        await ReadAsync(actions, "vault.shaky#k"); // the token is known
        await PutAsync("secret/shaky2", new JsonObject { ["k"] = "v2" });
        await TellAsync(HttpMethod.Post, $"/vault/operator/fail/{status}/{times}");

        Assert.Equal("v2", await ReadAsync(actions, "vault.shaky2#k"));
    }

    [Fact]
    public async Task A_store_that_stays_away_is_tried_again_later_with_the_action()
    {
        await using var actions = WithToken();
        await TellAsync(HttpMethod.Post, "/vault/operator/fail/503/3");

        var failure = await FailAsync(actions, "vault.away#k");

        Assert.Equal(("action.secret_unavailable", true), (failure.Code, failure.Retryable));
        Assert.Contains("sealed", failure.Message);
    }

    [Fact]
    public async Task A_store_that_does_not_answer_is_not_waited_for()
    {
        await using var actions = Vault(null, ("Token", "sandbox-root-token"), ("Timeout", "00:00:01"));
        await TellAsync(HttpMethod.Post, "/vault/operator/fail/599/3");

        var failure = await FailAsync(actions, "vault.hangs#k");

        Assert.Equal(("action.secret_unavailable", true), (failure.Code, failure.Retryable));
        Assert.Contains("did not answer within 1 s", failure.Message);
    }

    [Theory]
    [InlineData("vault.absent#k", "nothing at 'absent'")]
    [InlineData("vault.forbidden/x#k", "the policy of PAO's login must let it read secret/data/forbidden/x")]
    [InlineData("valut.x#k", "no secret store 'valut'")]
    public async Task What_cannot_be_had_is_no_matter_of_time(string reference, string reason)
    {
        await using var actions = WithToken();

        var failure = await FailAsync(actions, reference);

        Assert.Equal(("action.secret_missing", false), (failure.Code, failure.Retryable));
        Assert.Contains(reason, failure.Message);
    }

    [Fact]
    public async Task Documents_do_not_reach_the_store_itself()
    {
        await using var actions = new Actions(
            ("Pao:Egress:Allow:loopback", "10.255.255.1"), ($"{Store}:Type", "Vault"), ($"{Store}:Address", $"{Url}/vault"), ($"{Store}:Token", "sandbox-root-token"));
        await PutAsync("secret/own", new JsonObject { ["k"] = "v" });

        Assert.Equal("v", await ReadAsync(actions, "vault.own#k"));
        Assert.Equal("action.egress_refused", (await actions.FailAsync("rest-api", $$$"""{"endpoint": {"url": "{{{Url}}}/vault/v1/secret/data/own"}}""")).Code);
    }

    private Task PutAsync(string path, JsonObject values) => TellAsync(HttpMethod.Put, $"/vault/operator/secrets/{path}", values);

    private Task<int> CountAsync(string name) => CountAsync("/vault/operator/counts", name);

    private Actions WithToken(TimeProvider? clock = null) => Vault(clock, ("Token", "sandbox-root-token"));

    private Actions Vault(TimeProvider? clock, params (string Key, string Value)[] settings) => new(
        null, clock, [($"{Store}:Type", "Vault"), ($"{Store}:Address", $"{Url}/vault"), .. settings.Select(setting => ($"{Store}:{setting.Key}", setting.Value))]);
}
