
namespace Pao.Activities.Tests;

public sealed class SandboxTests(SandboxProcess sandbox) : IClassFixture<SandboxProcess>
{
    [Fact]
    public async Task A_greeting_is_made_and_read()
    {
        await using var actions = new Actions();

        var result = await actions.RestAsync($$$"""
            {"endpoint": {"url": "{{{sandbox.Url}}}/greetings", "method": "POST"}, "body": {"contentTemplate": {"name": "Ada"} } }
            """, """{"greeting": "greeting"}""");

        Assert.Equal("Hello, Ada!", (string?)result.Outputs["greeting"]);
    }

    [Fact]
    public async Task An_answer_lost_after_the_effect_does_not_repeat_the_effect()
    {
        await using var actions = new Actions();
        var action = Actions.Action("rest-api", $$$"""
            {"endpoint": {"url": "{{{sandbox.Url}}}/dropped/resources/db", "method": "POST"}, "body": {"contentTemplate": {"name": "a"} } }
            """, """{"id": "id"}""") with { ActionId = "dropped" };

        var lost = await Assert.ThrowsAsync<ActionFailedException>(() => actions.RunAsync(action));
        var result = await actions.RunAsync(action);

        Assert.True(lost.Retryable);
        Assert.NotNull((string?)result.Outputs["id"]);
        Assert.Equal(["effect", "repeat"], await OutcomesAsync("/dropped/resources/db"));
    }

    [Fact]
    public async Task An_answer_that_comes_too_late_does_not_repeat_the_effect()
    {
        await using var actions = new Actions();
        var action = Actions.Action("rest-api", $$$"""
            {"endpoint": {"url": "{{{sandbox.Url}}}/slow/60000/resources/vm", "method": "POST"}, "body": {"contentTemplate": {"name": "a"} } }
            """, timeout: TimeSpan.FromSeconds(5)) with { ActionId = "slow" };

        var late = await Assert.ThrowsAsync<ActionFailedException>(() => actions.RunAsync(action));
        await actions.RunAsync(action);

        Assert.Equal("action.timeout", late.Code);
        Assert.Equal(["effect", "repeat"], await OutcomesAsync("/slow/60000/resources/vm"));
    }

    [Fact]
    public async Task A_system_that_fails_twice_has_the_effect_once_at_the_third_try()
    {
        await using var actions = new Actions();
        var action = Actions.Action("rest-api", $$$"""
            {"endpoint": {"url": "{{{sandbox.Url}}}/flaky/2/resources/db", "method": "POST"}, "body": {"contentTemplate": {"name": "a"} } }
            """) with { ActionId = "flaky" };

        for (var attempt = 1; attempt <= 2; attempt++)
            Assert.True((await Assert.ThrowsAsync<ActionFailedException>(() => actions.RunAsync(action))).Retryable);
        await actions.RunAsync(action);

        Assert.Equal(["refused", "refused", "effect"], await OutcomesAsync("/flaky/2/resources/db"));
    }

    [Theory]
    [InlineData("sandbox-webhook-secret", true)]
    [InlineData("another-secret", false)]
    public async Task A_careful_receiver_accepts_only_the_right_signature(string secret, bool accepted)
    {
        await using var actions = new Actions(("Pao:Secrets:sandbox-webhook", secret));
        var action = Actions.Action("webhook", $$$"""
            {"endpoint": {"url": "{{{sandbox.Url}}}/hooks/{{{secret}}}"}, "body": {"template": {"name": "ö"} },
             "signing": {"secret": {"$secret": "sandbox-webhook"} } }
            """) with { ActionId = secret };

        var refused = await Record.ExceptionAsync(() => actions.RunAsync(action));

        Assert.Equal(accepted, refused is null);
        Assert.Equal([accepted ? "effect" : "refused"], await OutcomesAsync($"/hooks/{secret}"));
    }

    private async Task<string[]> OutcomesAsync(string path) =>
        [.. (await sandbox.LedgerOfAsync(path)).Select(entry => (string?)entry["outcome"] ?? "")];
}
