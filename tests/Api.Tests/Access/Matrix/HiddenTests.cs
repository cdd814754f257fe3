using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Pao.Api.Tests.Harness;

namespace Pao.Api.Tests.Access.Matrix;

/// <summary>What others have reveals nothing of itself: not in lists, counts, filters, cursors, entity tags or bundles.</summary>
public sealed class HiddenTests(Stage stage) : IClassFixture<Stage>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_list_has_what_its_caller_sees_and_no_count_of_the_rest()
    {
        using var developer = stage.Client("developer");
        using var author = stage.Client("author");
        using var admin = stage.Client("admin");

        var (own, theirs, all) = (await ListAsync(developer, ""), await ListAsync(author, ""), await ListAsync(admin, ""));

        Assert.Contains(stage.RequestOf("developer", Relation.Own), own.Ids);
        Assert.Contains(stage.RequestOf("developer", Relation.Team), own.Ids);
        Assert.DoesNotContain(stage.RequestOf("developer", Relation.Item), own.Ids);
        Assert.DoesNotContain(stage.RequestOf("developer", Relation.Foreign), own.Ids);
        Assert.Contains(stage.RequestOf("author", Relation.Item), theirs.Ids);
        Assert.DoesNotContain(stage.RequestOf("author", Relation.Foreign), theirs.Ids);
        Assert.Contains(stage.RequestOf("developer", Relation.Foreign), all.Ids);
        Assert.Null(own.Page["total_count"]);
    }

    [Theory]
    [InlineData("&status=completed")]
    [InlineData("&catalog_item_id=compute-made-standard")]
    [InlineData("&catalog_item_id=compute-echo-standard&status=completed")]
    public async Task A_filter_finds_nothing_that_the_list_does_not_have(string filter)
    {
        using var developer = stage.Client("developer");
        using var admin = stage.Client("admin");

        var whole = await ListAsync(developer, "");
        var filtered = await ListAsync(developer, filter);

        Assert.Subset(whole.Ids.ToHashSet(), filtered.Ids.ToHashSet());
        Assert.NotEmpty((await ListAsync(admin, filter)).Ids);
    }

    [Fact]
    public async Task A_cursor_of_another_caller_is_a_place_in_ones_own_list()
    {
        using var developer = stage.Client("developer");
        using var admin = stage.Client("admin");
        var page = await Service.GetAsync(admin, "/api/v1/requests?limit=1");
        var cursor = (string?)page["pagination"]?["next_cursor"] ?? "";
        var forged = Convert.ToBase64String(Encoding.UTF8.GetBytes(
            $$"""{"CreatedAt":"2090-01-01T00:00:00+00:00","Id":"{{stage.RequestOf("developer", Relation.Foreign)}}"}""")).TrimEnd('=').Replace('+', '-').Replace('/', '_');

        var own = (await ListAsync(developer, "")).Ids;

        Assert.Subset(own.ToHashSet(), (await ListAsync(developer, $"&cursor={cursor}")).Ids.ToHashSet());
        Assert.Equal(own, (await ListAsync(developer, $"&cursor={forged}")).Ids);
    }

    [Fact]
    public async Task An_item_for_others_is_in_no_list_and_no_count_whatever_the_filter()
    {
        using var developer = stage.Client("developer");
        using var author = stage.Client("author");
        using var admin = stage.Client("admin");

        foreach (var filter in new[] { "", "&owner=platform", "&category=compute", "&tag=test", "&text=red", "&kind=item" })
        {
            var (seen, owned, all) = (await BrowseAsync(developer, filter), await BrowseAsync(author, filter), await BrowseAsync(admin, filter));
            Assert.Empty(seen.Ids.Intersect([Stage.ForRed, Stage.OwnedByBlueForRed]));
            Assert.DoesNotContain(Stage.ForRed, owned.Ids);
            Assert.Contains(Stage.ForRed, all.Ids);
            Assert.Equal(seen.Ids.Count, (int?)seen.Page["total_count"]);
            Assert.Equal(owned.Ids.Count, (int?)owned.Page["total_count"]);
        }

        Assert.Contains(Stage.OwnedByBlueForRed, (await BrowseAsync(author, "")).Ids);
        Assert.Contains(Stage.ForBlue, (await BrowseAsync(developer, "")).Ids);
    }

    [Fact]
    public async Task What_is_kept_of_an_answer_is_for_who_sees_the_same()
    {
        using var admin = stage.Client("admin");
        using var developer = stage.Client("developer");
        using var first = await admin.GetAsync("/api/v1/catalog?limit=200", Cancellation);

        using var second = await developer.GetAsync("/api/v1/catalog?limit=200", Cancellation);
        developer.DefaultRequestHeaders.IfNoneMatch.Add(first.Headers.ETag!);
        using var third = await developer.GetAsync("/api/v1/catalog?limit=200", Cancellation);

        Assert.NotEqual(first.Headers.ETag, second.Headers.ETag);
        Assert.Equal(HttpStatusCode.OK, third.StatusCode);
        Assert.Contains(Stage.ForRed, await first.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
        Assert.DoesNotContain(Stage.ForRed, await second.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_bundle_does_not_name_the_item_of_a_component_that_is_for_others()
    {
        using var admin = stage.Client("admin");
        using var developer = stage.Client("developer");

        var whole = await Service.GetAsync(admin, "/api/v1/catalog/items/bundle-red-inside");
        var seen = await Service.GetAsync(developer, "/api/v1/catalog/items/bundle-red-inside");

        Assert.Equal(Stage.ForRed, (string?)whole["components"]?[0]?["catalog_item"]);
        Assert.Equal("base", (string?)seen["components"]?[0]?["id"]);
        Assert.Null(seen["components"]?[0]?["catalog_item"]);
        Assert.DoesNotContain(Stage.ForRed, seen.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_team_that_one_is_not_in_is_refused_by_its_place_in_the_body()
    {
        using var developer = stage.Client("developer");

        using var answer = await developer.PostAsJsonAsync(
            "/api/v1/requests", new { catalog_item_id = TestCatalog.Echo, fields = new { name = "Ada" }, team = "red" }, Cancellation);

        var problem = await ProblemAssert.IsProblemAsync(answer, HttpStatusCode.UnprocessableEntity, "body.invalid");
        Assert.Equal("Must be one of the caller's teams, which are blue.", (string?)problem["errors"]?["/team"]?[0]);
    }

    private static async Task<(List<string> Ids, JsonNode Page)> ListAsync(HttpClient client, string filter) =>
        Read(await Service.GetAsync(client, $"/api/v1/requests?limit=200{filter}"));

    private static async Task<(List<string> Ids, JsonNode Page)> BrowseAsync(HttpClient client, string filter) =>
        Read(await Service.GetAsync(client, $"/api/v1/catalog?limit=200{filter}"));

    private static (List<string> Ids, JsonNode Page) Read(JsonObject page) =>
        ([.. page["data"]!.AsArray().Select(row => (string)row!["id"]!)], page["pagination"]!);
}
