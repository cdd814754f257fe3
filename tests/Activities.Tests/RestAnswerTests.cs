using System.Text.Json.Nodes;

namespace Pao.Activities.Tests;

public sealed class RestAnswerTests
{
    [Fact]
    public async Task Outputs_are_read_from_the_body_beside_status_and_body()
    {
        await using var target = await Target.AnsweringAsync(201, """{"data": {"id": "db-7", "ports": [1, 2]}, "at": "2026-01-02T03:04:05+02:00"}""");
        await using var actions = new Actions();

        var result = await actions.RestAsync($$$"""{"endpoint": {"url": "{{{target.Url}}}"}}""",
            """{"id": "data.id", "last": "data.ports[-1]", "at": "at", "none": "data.absent"}""");

        AssertJson("""
            {"status": 201, "body": {"data": {"id": "db-7", "ports": [1, 2]}, "at": "2026-01-02T03:04:05+02:00"},
             "id": "db-7", "last": 2, "at": "2026-01-02T03:04:05+02:00", "none": null}
            """, result.Outputs);
    }

    [Theory]
    [InlineData("hello", "text/plain", "\"hello\"")]
    [InlineData("{\"a\":1}", "text/plain", "{\"a\":1}")]
    [InlineData("<html>", "application/json", "\"<html>\"")]
    [InlineData("{\"a\":1,\"a\":2}", "application/json", "\"{\\\"a\\\":1,\\\"a\\\":2}\"")]
    [InlineData("{\"a\":\"x\\u0000y\"}", "application/json", "{\"a\":\"x\\uFFFDy\"}")]
    [InlineData("[\"\\ud800\"]", "application/json", "\"[\\\"\\\\ud800\\\"]\"")]
    [InlineData("[12345678901234567890.10]", "application/json", "[12345678901234567890.10]")]
    [InlineData("", "application/json", "null")]
    public async Task A_body_that_is_no_clean_json_is_kept_as_a_text(string body, string mediaType, string kept)
    {
        await using var target = await Target.AnsweringAsync(200, body, mediaType);
        await using var actions = new Actions();

        var result = await actions.RestAsync($$$"""{"endpoint": {"url": "{{{target.Url}}}"}}""");

        AssertJson(kept, result.Outputs["body"]);
    }

    [Fact]
    public async Task A_body_nested_too_deeply_to_be_kept_as_json_is_kept_as_a_text()
    {
        var body = new string('[', 60) + new string(']', 60);
        await using var target = await Target.AnsweringAsync(200, body);
        await using var actions = new Actions();

        var result = await actions.RestAsync($$$"""{"endpoint": {"url": "{{{target.Url}}}"}}""");

        Assert.Equal(body, (string?)result.Outputs["body"]);
    }

    [Theory]
    [InlineData(200, true)]
    [InlineData(204, true)]
    [InlineData(299, true)]
    [InlineData(400, false, "action.rejected", false)]
    [InlineData(401, false, "action.rejected", false)]
    [InlineData(403, false, "action.rejected", false)]
    [InlineData(404, false, "action.rejected", false)]
    [InlineData(408, false, "action.unavailable", true)]
    [InlineData(409, false, "action.rejected", false)]
    [InlineData(422, false, "action.rejected", false)]
    [InlineData(425, false, "action.unavailable", true)]
    [InlineData(429, false, "action.unavailable", true)]
    [InlineData(500, false, "action.unavailable", true)]
    [InlineData(502, false, "action.unavailable", true)]
    [InlineData(503, false, "action.unavailable", true)]
    [InlineData(504, false, "action.unavailable", true)]
    [InlineData(302, false, "action.unexpected_response", false)]
    [InlineData(304, false, "action.unexpected_response", false)]
    public async Task A_status_decides_whether_the_action_is_done_and_whether_to_try_again(
        int status, bool done, string? code = null, bool retryable = false)
    {
        await using var target = await Target.AnsweringAsync(status);
        await using var actions = new Actions();
        var config = $$$"""{"endpoint": {"url": "{{{target.Url}}}"}}""";

        if (done)
        {
            Assert.Equal(status, (int?)(await actions.RestAsync(config)).Outputs["status"]);
            return;
        }

        var failure = await actions.FailAsync("rest-api", config);
        Assert.Equal((code, retryable), (failure.Code, failure.Retryable));
    }

    [Theory]
    [InlineData("[404]", 404, true)]
    [InlineData("[201, 202]", 202, true)]
    [InlineData("409", 409, true)]
    [InlineData("[201]", 200, false)]
    [InlineData("[404]", 200, false)]
    public async Task A_document_may_say_which_statuses_it_expects(string statuses, int status, bool done)
    {
        await using var target = await Target.AnsweringAsync(status);
        await using var actions = new Actions();
        var config = $$$"""{"endpoint": {"url": "{{{target.Url}}}"}, "expect": {"status": {{{statuses}}}}}""";

        if (done)
            await actions.RestAsync(config);
        else
            Assert.Equal("action.unexpected_response", (await actions.FailAsync("rest-api", config)).Code);
    }

    [Theory]
    [InlineData("status == 'ready'", true)]
    [InlineData("status == 'failed'", false)]
    [InlineData("status", false)]
    [InlineData("absent", false)]
    public async Task A_document_may_say_what_must_be_true_of_the_body(string condition, bool done)
    {
        await using var target = await Target.AnsweringAsync(200, """{"status": "ready"}""");
        await using var actions = new Actions();
        var config = $$$"""{"endpoint": {"url": "{{{target.Url}}}"}, "expect": {"jmespath": "{{{condition}}}"}}""";

        if (done)
            await actions.RestAsync(config);
        else
            Assert.Equal("action.unexpected_response", (await actions.FailAsync("rest-api", config)).Code);
    }

    [Fact]
    public async Task A_failure_names_the_call_and_the_answer_but_not_the_query()
    {
        await using var target = await Target.AnsweringAsync(400, "{\"error\":\n\"name is taken\"}" + new string('x', 5000));
        await using var actions = new Actions();

        var failure = await actions.FailAsync("rest-api",
            $$$"""{"endpoint": {"url": "{{{target.Url}}}/dbs?token=abc", "method": "POST"}}""");

        Assert.StartsWith($"POST {target.Url}/dbs answered 400 Bad Request: {{\"error\": \"name is taken\"}}xxx", failure.Message);
        Assert.DoesNotContain("abc", failure.Message);
        Assert.InRange(failure.Message.Length, 100, 700);
    }

    [Fact]
    public async Task A_redirect_is_not_followed()
    {
        await using var elsewhere = await Target.AnsweringAsync(200);
        await using var target = await Target.StartAsync(context =>
        {
            context.Response.Redirect(elsewhere.Url);
            return Task.CompletedTask;
        });
        await using var actions = new Actions();

        var failure = await actions.FailAsync("rest-api", $$$"""{"endpoint": {"url": "{{{target.Url}}}"}}""");

        Assert.Contains("redirects are not followed", failure.Message);
        Assert.Empty(elsewhere.Calls);
    }

    [Fact]
    public async Task The_location_of_what_was_made_is_the_external_reference()
    {
        await using var target = await Target.StartAsync(context =>
        {
            context.Response.StatusCode = 201;
            context.Response.Headers.Location = "https://db.example.com/dbs/7?token=abc";
            return Task.CompletedTask;
        });
        await using var actions = new Actions();

        var result = await actions.RestAsync($$$"""{"endpoint": {"url": "{{{target.Url}}}", "method": "POST"}}""");

        Assert.Equal("https://db.example.com/dbs/7", result.ExternalReference);
    }

    private static void AssertJson(string expected, JsonNode? actual) =>
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), actual), $"expected {expected}, got {actual?.ToJsonString() ?? "null"}");
}
