using System.Net;
using System.Text;
using Pao.Api.Tests.Harness;

namespace Pao.Api.Tests.Requests;

public sealed class BadInputTests(Service service) : IClassFixture<Service>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<string, int, string, string?> Bodies => new()
    {
        { """{"catalog_item_id": "no-such-item"}""", 404, "catalog_item.not_found", null },
        { """{"catalog_item_id": "compute-sunset-standard", "fields": {"name": "web"}}""", 409, "catalog_item.unavailable", null },
        { """{"catalog_item_id": """, 400, "body.malformed", null },
        { "", 400, "body.malformed", null },
        { "[1]", 422, "body.invalid", "" },
        { "null", 422, "body.invalid", "" },
        { """{"fields": {}}""", 422, "body.invalid", "/catalog_item_id" },
        { """{"catalog_item_id": 7}""", 422, "body.invalid", "/catalog_item_id" },
        { """{"catalog_item_id": "compute-echo-standard", "fields": []}""", 422, "body.invalid", "/fields" },
        { """{"catalog_item_id": "compute-echo-standard", "feilds": {}}""", 422, "body.invalid", "/feilds" },
        { """{"catalog_item_id": "compute-echo-standard", "team": 1}""", 422, "body.invalid", "/team" },
        { """{"catalog_item_id": "compute-echo-standard"}""", 422, "body.invalid", "/fields/name" },
        { """{"catalog_item_id": "compute-echo-standard", "fields": {"name": 5}}""", 422, "body.invalid", "/fields/name" },
        { """{"catalog_item_id": "compute-echo-standard", "fields": {"name": "w"}}""", 422, "body.invalid", "/fields/name" },
        { """{"catalog_item_id": "compute-echo-standard", "fields": {"name": "web", "count": 6}}""", 422, "body.invalid", "/fields/count" },
        { """{"catalog_item_id": "compute-echo-standard", "fields": {"name": "web", "count": "1"}}""", 422, "body.invalid", "/fields/count" },
        { """{"catalog_item_id": "compute-echo-standard", "fields": {"name": "web", "nmae": 1}}""", 422, "body.invalid", "/fields/nmae" },
        { """{"catalog_item_id": "compute-echo-standard", "fields": {"name": "w\u0000b"}}""", 422, "body.invalid", "/fields/name" },
        { """{"catalog_item_id": "compute-echo-standard", "fields": {"name": "w\ud800b"}}""", 422, "body.invalid", "/fields/name" },
        { """{"catalog_item_id": "compute-echo-standard", "fields": {"name": "web", "count": 1e131071}}""", 422, "body.invalid", "/fields/count" },
        { """{"catalog_item_id": "compute-echo-standard", "fields": {"name": "web", "count": 1e-20000}}""", 422, "body.invalid", "/fields/count" },
        { """{"catalog_item_id": "compute-echo-standard", "fields": {"name": "web", "count": 1E+99999999999}}""", 422, "body.invalid", "/fields/count" },
        { $$$"""{"catalog_item_id": "compute-echo-standard", "fields": {"name": "web", "count": {{{new string('7', 401)}}}}}""", 422, "body.invalid", "/fields/count" },
        { """{"catalog_item_id": "compute-echo-standard", "team": "own", "team": "other"}""", 400, "body.malformed", null },
        { """{"catalog_item_id": "compute-echo-standard", "fields": {"name": "web", "name": "other"}}""", 400, "body.malformed", null },
        { Nested(100), 400, "body.malformed", null },
    };

    public static TheoryData<string, string> Parameters => new()
    {
        { "/api/v1/requests?limit=0", "limit" },
        { "/api/v1/requests?limit=201", "limit" },
        { "/api/v1/requests?limit=ten", "limit" },
        { "/api/v1/requests?limit=1&limit=2", "limit" },
        { "/api/v1/requests?cursor=xyz", "cursor" },
        { "/api/v1/requests?cursor=bnVsbA", "cursor" },
        { "/api/v1/requests?cursor=eyJhIjoxfQ", "cursor" },
        { "/api/v1/requests?status=done", "status" },
        { "/api/v1/requests/not-a-uuid", "id" },
        { "/api/v1/requests/not-a-uuid/status", "id" },
        { "/api/v1/requests/not-a-uuid/logs", "id" },
        { "/api/v1/requests/not-a-uuid/history", "id" },
        { "/api/v1/requests/01a20bc2-db33-76ce-9b6e-fe743ef7c550/status?wait=61s", "wait" },
        { "/api/v1/requests/01a20bc2-db33-76ce-9b6e-fe743ef7c550/status?wait=-1", "wait" },
        { "/api/v1/catalog?limit=-1", "limit" },
        { "/api/v1/principals?cursor=eyJJZCI6Ilx1MDAwMCJ9", "cursor" }, // {"Id":"\u0000"}
        { "/api/v1/catalog?cursor=%21", "cursor" },
    };

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task A_bad_body_is_refused_by_name_and_stores_nothing(string body, int status, string code, string? place)
    {
        using var client = service.Client();
        using var content = new StringContent(body, Encoding.UTF8, "application/json");

        using var answer = await client.PostAsync("/api/v1/requests", content, Cancellation);

        var problem = await ProblemAssert.IsProblemAsync(answer, (HttpStatusCode)status, code);
        if (place is not null)
            Assert.NotNull(problem["errors"]?[place]?[0]);
        await AssertNothingStored(client);
    }

    [Theory]
    [MemberData(nameof(Parameters))]
    public async Task A_bad_parameter_is_refused_by_name(string path, string parameter)
    {
        using var client = service.Client();

        using var answer = await client.GetAsync(path, Cancellation);

        var problem = await ProblemAssert.IsProblemAsync(answer, HttpStatusCode.BadRequest, "parameter.invalid");
        Assert.NotNull(problem["errors"]?[parameter]?[0]);
    }

    [Fact]
    public async Task Every_mistake_in_a_form_is_named_at_once()
    {
        using var client = service.Client();
        using var content = new StringContent(
            """{"catalog_item_id": "compute-echo-standard", "fields": {"count": 9, "other": 1}}""", Encoding.UTF8, "application/json");

        using var answer = await client.PostAsync("/api/v1/requests", content, Cancellation);

        var problem = await ProblemAssert.IsProblemAsync(answer, HttpStatusCode.UnprocessableEntity, "body.invalid");
        Assert.Equal(
            ["/fields/count", "/fields/name", "/fields/other"], problem["errors"]?.AsObject().Select(error => error.Key).Order());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_body_over_one_mebibyte_is_too_large(bool chunked)
    {
        using var client = service.Client();
        using var message = new HttpRequestMessage(HttpMethod.Post, "/api/v1/requests");
        message.Content = new StringContent($$"""{"team": "{{new string('x', 2 * 1024 * 1024)}}"}""", Encoding.UTF8, "application/json");
        message.Headers.TransferEncodingChunked = chunked;
        if (!chunked)
            await message.Content.LoadIntoBufferAsync(Cancellation);

        using var answer = await client.SendAsync(message, Cancellation);

        await ProblemAssert.IsProblemAsync(answer, HttpStatusCode.RequestEntityTooLarge, "body.too_large");
    }

    [Fact]
    public async Task A_body_of_another_type_is_not_json()
    {
        using var client = service.Client();
        using var content = new StringContent("{}", Encoding.UTF8, "text/plain");

        using var answer = await client.PostAsync("/api/v1/requests", content, Cancellation);

        await ProblemAssert.IsProblemAsync(answer, HttpStatusCode.UnsupportedMediaType, "body.not_json");
    }

    [Theory]
    [InlineData("/api/v1/nothing", "GET", HttpStatusCode.NotFound, "route.not_found")]
    [InlineData("/api/v1/requests", "DELETE", HttpStatusCode.MethodNotAllowed, "route.method_not_allowed")]
    [InlineData("/api/v1/requests/01a20bc2-db33-76ce-9b6e-fe743ef7c550", "GET", HttpStatusCode.NotFound, "request.not_found")]
    [InlineData("/api/v1/requests/01a20bc2-db33-76ce-9b6e-fe743ef7c550/logs", "GET", HttpStatusCode.NotFound, "request.not_found")]
    [InlineData("/api/v1/requests/01a20bc2-db33-76ce-9b6e-fe743ef7c550/retry", "POST", HttpStatusCode.NotFound, "request.not_found")]
    [InlineData("/api/v1/requests/not-a-uuid/abort", "POST", HttpStatusCode.BadRequest, "parameter.invalid")]
    [InlineData("/api/v1/catalog/items/no-such-item", "GET", HttpStatusCode.NotFound, "catalog_item.not_found")]
    [InlineData("/api/v1/catalog/items/no-such-item/schema", "GET", HttpStatusCode.NotFound, "catalog_item.not_found")]
    public async Task What_is_not_there_is_a_problem_too(string path, string method, HttpStatusCode status, string code)
    {
        using var client = service.Client();
        using var message = new HttpRequestMessage(new HttpMethod(method), path);

        using var answer = await client.SendAsync(message, Cancellation);

        await ProblemAssert.IsProblemAsync(answer, status, code);
    }

    [Theory]
    [InlineData("a b")]
    [InlineData("schl\u00fcssel")]
    public async Task An_idempotency_key_is_visible_ascii(string key)
    {
        using var client = service.Client();
        using var message = new HttpRequestMessage(HttpMethod.Post, "/api/v1/requests");
        message.Headers.TryAddWithoutValidation("Idempotency-Key", key);
        message.Content = new StringContent("""{"catalog_item_id": "compute-echo-standard"}""", Encoding.UTF8, "application/json");

        using var answer = await client.SendAsync(message, Cancellation);

        await ProblemAssert.IsProblemAsync(answer, HttpStatusCode.BadRequest, "parameter.invalid");
    }

    private static string Nested(int depth) =>
        $$$"""{"catalog_item_id": "compute-echo-standard", "fields": {"name": {{{new string('[', depth)}}}{{{new string(']', depth)}}} }}""";

    private static async Task AssertNothingStored(HttpClient client) =>
        Assert.Empty((await Service.GetAsync(client, "/api/v1/requests"))["data"]?.AsArray() ?? [1]);
}
