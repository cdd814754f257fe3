using Pao.Api.Tests.Harness;

namespace Pao.Api.Tests.Catalog;

public sealed class CatalogTests(Service service) : IClassFixture<Service>
{
    [Theory]
    [InlineData("", 6)]
    [InlineData("?category=COMPUTE", 4)]
    [InlineData("?category=storage", 0)]
    [InlineData("?owner=platform&tag=test", 6)]
    [InlineData("?tag=none", 0)]
    [InlineData("?text=STEPS", 1)]
    public async Task The_catalog_is_filtered(string query, int count)
    {
        using var client = service.Client();

        var page = await Service.GetAsync(client, $"/api/v1/catalog{query}");

        Assert.Equal(count, page["data"]?.AsArray().Count);
        Assert.Equal(count, page["pagination"]?["total_count"]?.GetValue<int>());
    }

    [Fact]
    public async Task Pages_of_the_catalog_hold_each_item_once()
    {
        using var client = service.Client();

        var first = await Service.GetAsync(client, "/api/v1/catalog?limit=3");
        var rest = await Service.GetAsync(client, $"/api/v1/catalog?limit=3&cursor={first["pagination"]?["next_cursor"]}");

        Assert.True(first["pagination"]?["has_more"]?.GetValue<bool>());
        Assert.False(rest["pagination"]?["has_more"]?.GetValue<bool>());
        Assert.Equal(6, first["data"]!.AsArray().Concat(rest["data"]!.AsArray()).Select(item => item?["id"]?.GetValue<string>()).Distinct().Count());
    }

    [Fact]
    public async Task An_item_tells_its_actions_by_name_and_not_what_they_send()
    {
        using var client = service.Client();

        var item = await Service.GetAsync(client, $"/api/v1/catalog/items/{TestCatalog.Steps}");

        Assert.Equal(["first", "second", "third"], item["actions"]!.AsArray().Select(action => action?["id"]?.GetValue<string>()));
        Assert.DoesNotContain("127.0.0.1", item.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_schema_of_an_item_is_json_schema_with_hints()
    {
        using var client = service.Client();

        var form = await Service.GetAsync(client, $"/api/v1/catalog/items/{TestCatalog.Echo}/schema");

        Assert.Equal("string", form["schema"]?["properties"]?["name"]?["type"]?.GetValue<string>());
        Assert.NotNull(form["ui"]);
    }

    [Fact]
    public async Task What_a_load_rejected_is_told_with_its_place()
    {
        using var client = service.Client();
        var file = Path.Combine(service.CatalogFolder, "compute", "broken.yaml");
        await File.WriteAllTextAsync(file, "kind: CatalogItem\nmetadata: [\n", TestContext.Current.CancellationToken);
        try
        {
            using var refreshed = await client.PostAsync("/api/v1/catalog/refresh", null, TestContext.Current.CancellationToken);

            var findings = await Service.GetAsync(client, "/api/v1/catalog/validation-errors");
            Assert.False(findings["valid"]?.GetValue<bool>());
            var error = Assert.Single(findings["errors"]!.AsArray());
            Assert.Equal("compute/broken.yaml", error?["file"]?.GetValue<string>());
            Assert.True(error?["line"]?.GetValue<int>() > 0);
        }
        finally
        {
            File.Delete(file);
            using var restored = await client.PostAsync("/api/v1/catalog/refresh", null, CancellationToken.None);
        }
    }
}
