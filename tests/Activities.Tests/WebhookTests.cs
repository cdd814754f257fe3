using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Pao.Activities.Tests;

public sealed class WebhookTests
{
    [Fact]
    public async Task A_delivery_is_signed_over_its_timestamp_and_body()
    {
        await using var target = await Target.AnsweringAsync(202);
        await using var actions = new Actions(("Pao:Secrets:hook", "s3cr3t-value"));

        var result = await actions.WebhookAsync($$$"""
            {"endpoint": {"url": "{{{target.Url}}}/hooks/a"}, "body": {"template": "{\"name\": \"ö\"}"},
             "signing": {"secret": {"$secret": "hook"}, "algorithm": "sha256"}}
            """);

        var call = target.Call;
        Assert.Equal("POST", call.Method);
        Assert.Equal("{\"name\": \"ö\"}", call.Body);
        Assert.Equal("0198a000-0000-7000-8000-000000000001:create:1", call.Headers["X-Pao-Delivery"]);
        Assert.Equal(call.Headers["X-Pao-Delivery"], call.Headers["Idempotency-Key"]);
        Assert.Equal(Signature("s3cr3t-value", call), call.Headers["X-Pao-Signature"]);
        var age = DateTimeOffset.FromUnixTimeSeconds(long.Parse(call.Headers["X-Pao-Timestamp"]!, CultureInfo.InvariantCulture));
        Assert.InRange(TimeProvider.System.GetUtcNow() - age, TimeSpan.Zero, TimeSpan.FromMinutes(1));
        Assert.Equal(202, (int?)result.Outputs["status"]);
    }

    [Fact]
    public async Task A_document_may_name_the_header_of_the_signature()
    {
        await using var target = await Target.AnsweringAsync(200);
        await using var actions = new Actions(("Pao:Secrets:hook", "s3cr3t-value"));

        await actions.WebhookAsync($$$"""
            {"endpoint": {"url": "{{{target.Url}}}", "method": "PUT"}, "body": {"template": {"name": "a", "key": {"$secret": "hook"} } },
             "signing": {"secret": {"$secret": "hook"}, "header": "X-Hub-Signature-256"}}
            """);

        Assert.Equal("PUT", target.Call.Method);
        Assert.Equal("{\"name\":\"a\",\"key\":\"s3cr3t-value\"}", target.Call.Body);
        Assert.Equal(Signature("s3cr3t-value", target.Call), target.Call.Headers["X-Hub-Signature-256"]);
    }

    [Theory]
    [InlineData(302, "action.unexpected_response", false)]
    [InlineData(401, "action.rejected", false)]
    [InlineData(503, "action.unavailable", true)]
    public async Task A_delivery_that_is_not_accepted_fails(int status, string code, bool retryable)
    {
        await using var target = await Target.AnsweringAsync(status);
        await using var actions = new Actions();

        var failure = await actions.FailAsync("webhook", $$$"""{"endpoint": {"url": "{{{target.Url}}}"}}""");

        Assert.Equal((code, retryable), (failure.Code, failure.Retryable));
    }

    [Theory]
    [InlineData("""{"secret": "in-clear"}""", "action.invalid")]
    [InlineData("""{"secret": {"$secret": "hook"}, "algorithm": "md5"}""", "action.unsupported")]
    [InlineData("""{"secret": {"$secret": "absent"}}""", "action.secret_missing")]
    public async Task A_delivery_that_cannot_be_signed_is_not_sent(string signing, string code)
    {
        await using var target = await Target.AnsweringAsync(200);
        await using var actions = new Actions(("Pao:Secrets:hook", "s3cr3t-value"));

        var failure = await actions.FailAsync("webhook", $$$"""{"endpoint": {"url": "{{{target.Url}}}"}, "signing": {{{signing}}}}""");

        Assert.Equal((code, false), (failure.Code, failure.Retryable));
        Assert.Empty(target.Calls);
    }

    // Computed here anew: the test would not notice a mistake in code that it shares.
    private static string Signature(string secret, Received call) => "sha256=" + Convert.ToHexStringLower(HMACSHA256.HashData(
        Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes($"{call.Headers["X-Pao-Timestamp"]}.{call.Body}")));
}
