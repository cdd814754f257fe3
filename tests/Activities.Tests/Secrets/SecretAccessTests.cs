using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Pao.Activities.Secrets.Access;
using Pao.Catalog;

namespace Pao.Activities.Tests.Secrets;

public sealed class SecretAccessTests
{
    private static readonly (string, string)[] Payments =
    [
        ("Pao:Secrets:pay-token", "s3cr3t-value"),
        ("Pao:SecretAccess:Rules:payments:Secrets:0", "pay-*"),
        ("Pao:SecretAccess:Rules:payments:Secrets:1", "vault.payments/*"),
        ("Pao:SecretAccess:Rules:payments:Items:0", "payments-*"),
        ("Pao:SecretAccess:Rules:payments:Teams:0", "payments"),
        ("Pao:SecretAccess:Rules:payments:Actions:0", "rest-api"),
        ("Pao:SecretAccess:Rules:payments:Hosts:0", "*.pay.example"),
        ("Pao:SecretAccess:Rules:payments:Hosts:1", "127.0.0.1"),
    ];

    [Theory]
    [InlineData("pay-token", "payments-account", "x", "rest-api", "https://api.pay.example/a", true)]
    [InlineData("vault.payments/db#password", "payments-account", "x", "rest-api", "https://API.pay.example", true)]
    [InlineData("pay-token", "other-item", "payments", "rest-api", "https://api.pay.example", true)]
    [InlineData("pay-token", "other-item", "x", "rest-api", "https://api.pay.example", false)]
    [InlineData("pay-token", "other-item", null, "rest-api", "https://api.pay.example", false)]
    [InlineData("pay-token", "payments-account", "x", "webhook", "https://api.pay.example", false)]
    [InlineData("pay-token", "payments-account", "x", "rest-api", "https://pay.example.evil.test", false)]
    [InlineData("pay-token", "payments-account", "x", "rest-api", "https://evilpay.example", false)]
    [InlineData("pay-token", "payments-account", "x", "rest-api", null, true)] // where it goes is not known yet
    [InlineData("vault.payments2/db#password", "payments-account", "x", "rest-api", "https://api.pay.example", false)]
    public void A_secret_is_for_whom_a_rule_says(string secret, string item, string? team, string type, string? target, bool allowed)
    {
        using var actions = new Actions(Payments);

        var reason = Access(actions).WhyRefused(new SecretUse(secret, item, team, type, target is null ? null : new Uri(target)));

        Assert.Equal(allowed, reason is null);
    }

    [Theory]
    [InlineData("ThisMachine", "http://127.0.0.1:8080", true)]
    [InlineData("ThisMachine", "http://localhost:8080", true)]
    [InlineData("ThisMachine", "http://[::1]/", true)]
    [InlineData("ThisMachine", "https://api.example.com", false)]
    [InlineData("ThisMachine", "http://localhost.example.com", false)]
    [InlineData("Refuse", "http://127.0.0.1:8080", false)]
    [InlineData("Allow", "https://api.example.com", true)]
    [InlineData(null, "https://api.example.com", false)]
    public void What_no_rule_is_for_stays_on_this_machine_unless_said_otherwise(string? unlisted, string target, bool allowed)
    {
        using var actions = unlisted is null ? new Actions() : new Actions(("Pao:SecretAccess:Unlisted", unlisted));

        var reason = Access(actions).WhyRefused(new SecretUse("any", "item", "team", "rest-api", new Uri(target)));

        Assert.Equal(allowed, reason is null);
    }

    [Fact]
    public async Task An_action_of_an_item_that_may_not_have_a_secret_calls_nobody()
    {
        await using var target = await Target.AnsweringAsync(200);
        await using var actions = new Actions(Payments);

        var refused = await Assert.ThrowsAsync<ActionFailedException>(() => actions.RunAsync(Action(target, "other-item")));
        await actions.RunAsync(Action(target, "payments-account"));

        Assert.Equal(("action.secret_refused", false), (refused.Code, refused.Retryable));
        Assert.Contains("The secret 'pay-token' is not for actions of type 'rest-api' of the item 'other-item'", refused.Message);
        Assert.Single(target.Calls);
    }

    [Fact]
    public async Task An_action_that_does_not_say_whose_it_is_has_no_secret_of_an_item()
    {
        await using var target = await Target.AnsweringAsync(200);
        await using var actions = new Actions(Payments);

        var refused = await Assert.ThrowsAsync<ActionFailedException>(() => actions.RunAsync(Action(target, "x") with { Origin = null }));

        Assert.Equal("action.secret_refused", refused.Code);
    }

    [Fact]
    public async Task A_secret_is_not_sent_to_another_host_than_its_rule_names()
    {
        await using var target = await Target.AnsweringAsync(200);
        await using var actions = new Actions([.. Payments, ("Pao:Egress:Allow:local", "localhost"), ("Pao:Egress:AllowHttp:local", "localhost")]);
        var elsewhere = Action(target, "payments-account");
        elsewhere.Config["endpoint"]!["url"] = target.Url.Replace("127.0.0.1", "localhost", StringComparison.Ordinal);

        var refused = await Assert.ThrowsAsync<ActionFailedException>(() => actions.RunAsync(elsewhere));

        Assert.Equal("action.secret_refused", refused.Code);
        Assert.Contains("may not be sent to 'localhost:", refused.Message);
        Assert.Empty(target.Calls);
    }

    [Theory]
    [InlineData("TOKENS", "ELSEWHERE")] // the token would go where the secret may not
    [InlineData("ELSEWHERE", "TARGET")]
    public async Task A_clients_secret_and_its_token_go_only_where_the_secret_may(string tokenUrl, string url)
    {
        await using var target = await Target.AnsweringAsync(200, """{"access_token": "abc"}""");
        await using var actions = new Actions([.. Payments, ("Pao:Egress:Allow:local", "localhost"), ("Pao:Egress:AllowHttp:local", "localhost")]);
        string At(string name) => name is "ELSEWHERE" ? target.Url.Replace("127.0.0.1", "localhost", StringComparison.Ordinal) : target.Url;

        var refused = await Assert.ThrowsAsync<ActionFailedException>(() => actions.RunAsync(Actions.Action("rest-api", $$$"""
            {"endpoint": {"url": "{{{At(url)}}}"},
             "authentication": {"type": "oauth2-client-credentials", "tokenUrl": "{{{At(tokenUrl)}}}", "clientId": "a", "clientSecret": {"$secret": "pay-token"} } }
            """) with { Origin = new ActionOrigin("payments-account", "payments") }));

        Assert.Equal("action.secret_refused", refused.Code);
        Assert.Empty(target.Calls);
    }

    [Theory]
    [InlineData("Hosts", "a.example", "Secrets must name")]
    [InlineData("Secrets", "a", "Hosts must name")]
    public void A_rule_that_leaves_out_what_it_must_say_stops_the_start(string key, string value, string problem)
    {
        using var actions = new Actions(($"Pao:SecretAccess:Rules:mine:{key}:0", value));

        var failure = Assert.Throws<OptionsValidationException>(() => actions.Services.GetRequiredService<IStartupValidator>().Validate());

        Assert.Contains($"Pao:SecretAccess:Rules:mine:{problem}", failure.Message);
    }

    private static ActionExecution Action(Target target, string item) => Actions.Action("rest-api", $$$"""
        {"endpoint": {"url": "{{{target.Url}}}"}, "authentication": {"type": "bearer", "token": {"$secret": "pay-token"} } }
        """) with { Origin = new ActionOrigin(item, "some-team") };

    private static SecretAccess Access(Actions actions) => actions.Services.GetRequiredService<SecretAccess>();
}
