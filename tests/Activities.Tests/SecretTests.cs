using Microsoft.AspNetCore.Http;

namespace Pao.Activities.Tests;

public sealed class SecretTests
{
    private const string Secret = "p@ss \"word\"/ü";

    [Fact]
    public async Task An_unknown_secret_is_named_and_how_to_set_it_is_said()
    {
        await using var actions = new Actions();

        var failure = await actions.FailAsync("rest-api", """
            {"endpoint": {"url": "http://127.0.0.1:1"}, "authentication": {"type": "bearer", "token": {"$secret": "db-token"}}}
            """);

        Assert.Contains("'db-token'", failure.Message);
        Assert.Contains("Pao:Secrets:db-token", failure.Message);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(503)]
    [InlineData(302)]
    public async Task A_secret_that_is_sent_back_in_any_form_is_masked_in_the_failure(int status)
    {
        await using var target = await EchoAsync(status);
        await using var actions = new Actions(("Pao:Secrets:key", Secret));

        var failure = await actions.FailAsync("rest-api", Call(target));

        AssertMasked(failure.Message);
        AssertMasked(string.Concat(actions.Journal.Notes));
    }

    [Fact]
    public async Task A_secret_that_is_sent_back_in_any_form_is_masked_in_the_outputs()
    {
        await using var target = await EchoAsync(200);
        await using var actions = new Actions(("Pao:Secrets:key", Secret));

        var result = await actions.RestAsync(Call(target), """{"echo": "seen.body", "auth": "seen.authorization"}""");

        AssertMasked(result.Outputs.ToJsonString());
        Assert.Equal("{\"password\":\"***\"}", (string?)result.Outputs["echo"]);
        Assert.Equal("Basic ***", (string?)result.Outputs["auth"]);
    }

    [Fact]
    public async Task A_secret_at_the_cut_of_a_long_answer_leaves_no_half()
    {
        await using var target = await Target.AnsweringAsync(400, new string('x', 495) + "abcdefghij");
        await using var actions = new Actions(("Pao:Secrets:key", "abcdefghij"));

        var failure = await actions.FailAsync("rest-api", Call(target));

        Assert.DoesNotContain("abcde", failure.Message);
    }

    [Fact]
    public async Task A_secret_with_a_line_break_is_refused_without_being_shown()
    {
        await using var actions = new Actions(("Pao:Secrets:key", "top\nsecret"));

        var failure = await actions.FailAsync("rest-api",
            """{"endpoint": {"url": "http://127.0.0.1:1"}, "headers": {"X": {"$secret": "key"}}}""");

        Assert.Equal("action.invalid", failure.Code);
        Assert.DoesNotContain("top", failure.Message);
    }

    private static string Call(Target target) => $$$"""
        {"endpoint": {"url": "{{{target.Url}}}", "method": "POST"},
         "authentication": {"type": "basic", "username": "ada", "password": {"$secret": "key"}},
         "body": {"contentTemplate": {"password": {"$secret": "key"} } } }
        """;

    private static Task<Target> EchoAsync(int status) => Target.StartAsync(async context =>
    {
        context.Response.StatusCode = status;
        context.Response.Headers.Location = "/elsewhere?was=" + Uri.EscapeDataString(Secret);
        await context.Response.WriteAsJsonAsync(new
        {
            Seen = new { Authorization = context.Request.Headers.Authorization.ToString(), Body = "{\"password\":\"" + Secret + "\"}" },
            Escaped = Uri.EscapeDataString(Secret),
            Members = new Dictionary<string, int> { [Secret] = 1 },
        });
    });

    private static void AssertMasked(string kept)
    {
        Assert.Contains("***", kept);
        Assert.DoesNotContain("p@ss", kept);
        Assert.DoesNotContain("p%40ss", kept);
        Assert.DoesNotContain(Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes($"ada:{Secret}")), kept);
    }
}
