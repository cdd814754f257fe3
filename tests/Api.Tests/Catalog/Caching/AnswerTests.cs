using System.Net;
using Pao.Api.Tests.Harness;

namespace Pao.Api.Tests.Catalog.Caching;

public sealed class AnswerTests(Service service) : IClassFixture<Service>
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static TheoryData<string> Reads { get; } =
    [
        "/api/v1/catalog", "/api/v1/catalog?text=steps", $"/api/v1/catalog/items/{TestCatalog.Echo}",
        $"/api/v1/catalog/items/{TestCatalog.Echo}/schema",
    ];

    [Theory]
    [MemberData(nameof(Reads))]
    public async Task An_answer_has_a_tag_that_makes_the_next_one_empty(string path)
    {
        using var client = service.Client();
        using var first = await client.GetAsync(path, Stop);
        var tag = first.Headers.ETag;

        Assert.NotNull(tag);
        Assert.False(tag.IsWeak);
        Assert.Equal("no-cache, private", Sorted(first));
        Assert.Equal("application/json; charset=utf-8", first.Content.Headers.ContentType?.ToString());
        foreach (var known in new[] { tag.ToString(), $"W/{tag}", $"\"other\", {tag}", "*" })
        {
            using var again = await AskAsync(client, path, known);
            Assert.Equal(HttpStatusCode.NotModified, again.StatusCode);
            Assert.Equal(tag, again.Headers.ETag);
            Assert.Equal("no-cache, private", Sorted(again));
            Assert.Empty(await again.Content.ReadAsByteArrayAsync(Stop));
        }

        using var other = await AskAsync(client, path, "\"other\"");
        Assert.Equal(HttpStatusCode.OK, other.StatusCode);
        Assert.Equal(await first.Content.ReadAsStringAsync(Stop), await other.Content.ReadAsStringAsync(Stop));
    }

    [Fact]
    public async Task Different_questions_have_different_tags()
    {
        using var client = service.Client();
        var tags = new HashSet<string?>();
        foreach (var path in new[]
        {
            "/api/v1/catalog", "/api/v1/catalog?limit=2", "/api/v1/catalog?category=compute", "/api/v1/catalog?tag=compute",
            $"/api/v1/catalog/items/{TestCatalog.Echo}", $"/api/v1/catalog/items/{TestCatalog.Steps}",
            $"/api/v1/catalog/items/{TestCatalog.Echo}/schema",
        })
        {
            using var answer = await client.GetAsync(path, Stop);
            Assert.True(tags.Add(answer.Headers.ETag?.Tag), path);
        }
    }

    [Fact]
    public async Task A_change_of_the_catalog_changes_the_tag_and_the_answer()
    {
        await using var own = new Service();
        await own.InitializeAsync();
        using var client = own.Client();
        var path = $"/api/v1/catalog/items/{TestCatalog.Echo}";
        using var before = await client.GetAsync(path, Stop);
        own.ChangeVersion(TestCatalog.Echo, "1.0.1");

        using var refreshed = await client.PostAsync("/api/v1/catalog/refresh", null, Stop);
        using var after = await AskAsync(client, path, before.Headers.ETag!.ToString());

        Assert.Equal(HttpStatusCode.OK, after.StatusCode);
        Assert.Equal("1.0.1", (await Service.ReadAsync(after))["version"]?.GetValue<string>());
    }

    [Fact]
    public async Task Strangers_get_nothing_whatever_they_know()
    {
        using var client = service.Client();
        using var stranger = service.Stranger();
        using var known = await client.GetAsync("/api/v1/catalog", Stop);

        using var answer = await AskAsync(stranger, "/api/v1/catalog", known.Headers.ETag!.ToString());

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    private static async Task<HttpResponseMessage> AskAsync(HttpClient client, string path, string known)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.TryAddWithoutValidation("If-None-Match", known);
        return await client.SendAsync(request, Stop);
    }

    private static string Sorted(HttpResponseMessage answer) =>
        string.Join(", ", (answer.Headers.CacheControl?.ToString() ?? "").Split(", ").Order(StringComparer.Ordinal));
}
