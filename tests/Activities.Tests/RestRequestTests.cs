using System.Text.Json;

namespace Pao.Activities.Tests;

public sealed class RestRequestTests
{
    [Fact]
    public async Task Every_call_carries_the_idempotency_key_and_the_correlation_id()
    {
        await using var target = await Target.AnsweringAsync(200);
        await using var actions = new Actions();

        await actions.RestAsync($$$"""{"endpoint": {"url": "{{{target.Url}}}/things", "method": "POST"}}""");

        Assert.Equal("0198a000-0000-7000-8000-000000000001:create:1", target.Call.Headers["Idempotency-Key"]);
        Assert.Equal("correlation-1", target.Call.Headers["X-Correlation-Id"]);
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("post")]
    [InlineData("PUT")]
    [InlineData("PATCH")]
    [InlineData("DELETE")]
    public async Task The_method_is_the_one_of_the_document(string method)
    {
        await using var target = await Target.AnsweringAsync(200);
        await using var actions = new Actions();

        await actions.RestAsync($$$"""{"endpoint": {"url": "{{{target.Url}}}/x", "method": "{{{method}}}"}}""");

        Assert.Equal(method.ToUpperInvariant(), target.Call.Method);
    }

    [Fact]
    public async Task A_query_is_encoded_and_joined_to_the_one_in_the_url()
    {
        await using var target = await Target.AnsweringAsync(200);
        await using var actions = new Actions();

        await actions.RestAsync($$$"""
            {"endpoint": {"url": "{{{target.Url}}}/x?a=1"}, "query": {"b": "2&c=3", "tag": ["ö", "y"], "n": 4, "none": null}}
            """);

        Assert.Equal("/x?a=1&b=2%26c%3D3&tag=%C3%B6&tag=y&n=4", target.Call.PathAndQuery);
    }

    [Theory]
    [InlineData("""{"contentTemplate": "{\"name\": \"a\"}"}""", "application/json", """{"name": "a"}""")]
    [InlineData("""{"type": "json", "contentTemplate": {"name": "a", "n": 1}}""", "application/json", """{"name":"a","n":1}""")]
    [InlineData("""{"type": "form", "contentTemplate": {"a": "1&2", "b": ["x", "y"]}}""", "application/x-www-form-urlencoded", "a=1%262&b=x&b=y")]
    [InlineData("""{"type": "form", "contentTemplate": "a=1%262"}""", "application/x-www-form-urlencoded", "a=1%262")]
    [InlineData("""{"type": "text", "contentTemplate": "hello"}""", "text/plain", "hello")]
    public async Task A_body_is_sent_as_its_type_says(string body, string mediaType, string sent)
    {
        await using var target = await Target.AnsweringAsync(200);
        await using var actions = new Actions();

        await actions.RestAsync($$$"""{"endpoint": {"url": "{{{target.Url}}}", "method": "POST"}, "body": {{{body}}}}""");

        Assert.StartsWith(mediaType, target.Call.Headers.ContentType.ToString());
        Assert.Equal(sent, target.Call.Body);
    }

    [Fact]
    public async Task A_documents_headers_are_sent_and_may_name_the_content_type()
    {
        await using var target = await Target.AnsweringAsync(200);
        await using var actions = new Actions();

        await actions.RestAsync($$$"""
            {"endpoint": {"url": "{{{target.Url}}}", "method": "PATCH"}, "body": {"contentTemplate": "[]"},
             "headers": {"Content-Type": "application/json-patch+json", "X-Team": "payments", "Accept": "application/xml"}}
            """);

        Assert.Equal("application/json-patch+json", target.Call.Headers.ContentType);
        Assert.Equal("payments", target.Call.Headers["X-Team"]);
        Assert.Equal("application/xml", target.Call.Headers.Accept);
    }

    [Theory]
    [InlineData("""{"type": "bearer", "token": {"$secret": "key"}}""", "Authorization", "Bearer s3cr3t-value")]
    [InlineData("""{"type": "basic", "username": "ada", "password": {"$secret": "key"}}""", "Authorization", "Basic YWRhOnMzY3IzdC12YWx1ZQ==")]
    [InlineData("""{"type": "api-key", "value": {"$secret": "key"}}""", "X-API-Key", "s3cr3t-value")]
    [InlineData("""{"type": "api-key", "name": "X-Token", "value": {"$concat": ["v1 ", {"$secret": "key"}]}}""", "X-Token", "v1 s3cr3t-value")]
    public async Task Credentials_are_resolved_into_the_header_they_belong_to(string authentication, string header, string value)
    {
        await using var target = await Target.AnsweringAsync(200);
        await using var actions = new Actions(("Pao:Secrets:key", "s3cr3t-value"));

        await actions.RestAsync($$$"""{"endpoint": {"url": "{{{target.Url}}}"}, "authentication": {{{authentication}}}}""");

        Assert.Equal(value, target.Call.Headers[header]);
    }

    [Fact]
    public async Task An_api_key_may_go_into_the_query()
    {
        await using var target = await Target.AnsweringAsync(200);
        await using var actions = new Actions(("Pao:Secrets:key", "a b&c"));

        await actions.RestAsync($$$"""
            {"endpoint": {"url": "{{{target.Url}}}/x"}, "query": {"q": "1"},
             "authentication": {"type": "api-key", "in": "query", "name": "token", "value": {"$secret": "key"} } }
            """);

        Assert.Equal("/x?q=1&token=a%20b%26c", target.Call.PathAndQuery);
    }

    [Fact]
    public async Task A_secret_in_a_json_body_stays_one_string()
    {
        await using var target = await Target.AnsweringAsync(200);
        await using var actions = new Actions(("Pao:Secrets:key", "a\",\"admin\":\"yes"));

        await actions.RestAsync($$$"""
            {"endpoint": {"url": "{{{target.Url}}}", "method": "POST"},
             "body": {"contentTemplate": {"$concat": ["{\"password\": \"", {"$secret": "key"}, "\"}"]} } }
            """);

        using var sent = JsonDocument.Parse(target.Call.Body);
        var member = Assert.Single(sent.RootElement.EnumerateObject());
        Assert.Equal("a\",\"admin\":\"yes", member.Value.GetString());
    }

    [Theory]
    [InlineData("""{"endpoint": {"url": "TARGET"}, "poll": {}}""", "action.invalid")]
    [InlineData("""{"endpoint": {"url": "TARGET"}, "poll": {"until": "a.["}}""", "action.invalid")]
    [InlineData("""{"endpoint": {"url": "TARGET"}, "poll": {"until": "done", "interval": "soon"}}""", "action.invalid")]
    [InlineData("""{"endpoint": {"url": "TARGET"}, "poll": {"until": "done", "interval": "10ms"}}""", "action.invalid")]
    [InlineData("""{"endpoint": {"url": "TARGET"}, "poll": {"until": "done", "url": "http://elsewhere.example/"}}""", "action.invalid")]
    [InlineData("""{"endpoint": {"url": "TARGET"}, "authentication": {"type": "oauth2-client-credentials"}}""", "action.invalid")]
    [InlineData("""{"endpoint": {"url": "TARGET"}, "authentication": {"type": "magic"}}""", "action.invalid")]
    [InlineData("""{"endpoint": {"url": "TARGET"}, "authentication": {"type": "bearer"}}""", "action.invalid")]
    [InlineData("""{"endpoint": {"url": "TARGET", "method": "BREW"}}""", "action.invalid")]
    [InlineData("""{"endpoint": {"url": "/relative"}}""", "action.invalid")]
    [InlineData("""{"endpoint": {"url": "file:///etc/passwd"}}""", "action.invalid")]
    [InlineData("""{"endpoint": {"url": "http://user:password@127.0.0.1/"}}""", "action.invalid")]
    [InlineData("""{"endpoint": {}}""", "action.invalid")]
    [InlineData("""{"endpoint": {"url": "TARGET"}, "headers": {"X": "a\r\nY: b"}}""", "action.invalid")]
    [InlineData("""{"endpoint": {"url": "TARGET"}, "headers": {"X": "ö"}}""", "action.invalid")]
    [InlineData("""{"endpoint": {"url": "TARGET"}, "headers": {"Idempotency-Key": "mine"}}""", "action.invalid")]
    [InlineData("""{"endpoint": {"url": "TARGET"}, "headers": {"host": "elsewhere"}}""", "action.invalid")]
    [InlineData("""{"endpoint": {"url": "TARGET"}, "headers": {"a b": "c"}}""", "action.invalid")]
    [InlineData("""{"endpoint": {"url": "TARGET"}, "body": {"contentTemplate": "{\"a\": "}}""", "action.invalid")]
    [InlineData("""{"endpoint": {"url": "TARGET"}, "body": {"type": "xml", "contentTemplate": "<a/>"}}""", "action.invalid")]
    [InlineData("""{"endpoint": {"url": "TARGET"}, "expect": {"status": ["created"]}}""", "action.invalid")]
    [InlineData("""{"endpoint": {"url": "TARGET"}, "expect": {"jmespath": "a.["}}""", "action.invalid")]
    [InlineData("""{"endpoint": {"url": "TARGET"}, "headers": {"X": {"$secret": "absent"}}}""", "action.secret_missing")]
    [InlineData("""{"endpoint": {"url": "TARGET"}, "headers": {"X": {"$secret": "../Pao:Access"}}}""", "action.secret_missing")]
    public async Task What_cannot_be_sent_fails_for_good_and_calls_nobody(string config, string code)
    {
        await using var target = await Target.AnsweringAsync(200);
        await using var actions = new Actions();

        var failure = await actions.FailAsync("rest-api", config.Replace("TARGET", target.Url, StringComparison.Ordinal));

        Assert.Equal(code, failure.Code);
        Assert.False(failure.Retryable);
        Assert.Empty(target.Calls);
    }
}
