using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Pao.Api.Tests.Harness;

namespace Pao.Api.Tests.Access;

public sealed class PrincipalTests(Service service) : IClassFixture<Service>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Everybody_is_told_who_they_are()
    {
        using var admin = service.Client();
        using var stranger = service.Stranger();
        await Administration.PutAsync(admin, "me.ada", new { name = "Ada", roles = (string[])["operator"], teams = (string[])["platform"] });
        var ada = await Administration.IssueAsync(admin, "me.ada");

        using var answer = await stranger.SendAsync(ada.Sign(HttpMethod.Get, "/api/v1/me"), Cancellation);

        Assert.Equal(
            """{"id":"me.ada","name":"Ada","roles":["developer","operator"],"teams":["platform"]}""", (await Service.ReadAsync(answer)).ToJsonString());
        Assert.Equal("local-admin", (string?)(await Service.GetAsync(admin, "/api/v1/me"))["id"]);
    }

    [Fact]
    public async Task A_principal_is_made_shown_listed_and_replaced()
    {
        using var admin = service.Client();
        using var made = await admin.PutAsJsonAsync("/api/v1/principals/list.ada", new { name = "Ada", email = "ada@example.com" }, Cancellation);
        Assert.Equal((HttpStatusCode.Created, "/api/v1/principals/list.ada"), (made.StatusCode, made.Headers.Location?.OriginalString));

        var replaced = await Administration.PutAsync(admin, "list.ada", new { roles = (string[])["author", "admin"], identities = (string[])["arn:aws:iam::123456789012:user/list-ada"] });

        Assert.Null(replaced["name"]);
        Assert.Equal("active", (string?)replaced["state"]);
        var shown = await Service.GetAsync(admin, "/api/v1/principals/list.ada");
        Assert.True(JsonNode.DeepEquals(replaced, shown), shown.ToJsonString());
        await Administration.PutAsync(admin, "list.bob", new { });
        var page = await Service.GetAsync(admin, "/api/v1/principals?limit=1");
        var next = await Service.GetAsync(admin, $"/api/v1/principals?limit=200&cursor={page["pagination"]?["next_cursor"]}");
        var ids = page["data"]!.AsArray().Concat(next["data"]!.AsArray()).Select(one => (string?)one?["id"]).ToList();
        Assert.Contains("list.ada", ids);
        Assert.Contains("list.bob", ids);
        Assert.Equal(ids.Distinct().Count(), ids.Count);
    }

    [Theory]
    [InlineData("""{"roles": ["developer"]}""", "/roles/0")]
    [InlineData("""{"roles": ["author", "author"]}""", "/roles/1")]
    [InlineData("""{"roles": "admin"}""", "/roles")]
    [InlineData("""{"name": ""}""", "/name")]
    [InlineData("""{"name": "a\nb"}""", "/name")]
    [InlineData("""{"email": "nowhere"}""", "/email")]
    [InlineData("""{"teams": [7]}""", "/teams/0")]
    [InlineData("""{"identities": ["arn:aws:sts::123456789012:assumed-role/*"]}""", "/identities/0")]
    [InlineData("""{"role": "admin"}""", "/role")]
    public async Task What_is_no_principal_is_refused_and_said_where(string body, string member)
    {
        using var admin = service.Client();

        using var answer = await admin.PutAsync("/api/v1/principals/refused", new StringContent(body, new System.Net.Http.Headers.MediaTypeHeaderValue("application/json")), Cancellation);

        var problem = await ProblemAssert.IsProblemAsync(answer, HttpStatusCode.UnprocessableEntity, "body.invalid");
        Assert.NotNull(problem["errors"]?[member]);
        using var missing = await admin.GetAsync("/api/v1/principals/refused", Cancellation);
        await ProblemAssert.IsProblemAsync(missing, HttpStatusCode.NotFound, "principal.not_found");
    }

    [Theory]
    [InlineData("local-admin")]
    [InlineData("-a")]
    [InlineData("a%20b")]
    [InlineData("a:b")]
    public async Task Ids_that_mislead_are_nobodys(string id)
    {
        using var admin = service.Client();

        using var answer = await admin.PutAsJsonAsync($"/api/v1/principals/{id}", new { }, Cancellation);

        await ProblemAssert.IsProblemAsync(answer, HttpStatusCode.BadRequest, "parameter.invalid");
    }

    [Fact]
    public async Task An_identity_is_one_principals()
    {
        using var admin = service.Client();
        string[] identities = ["arn:aws:iam::123456789012:user/one"];
        await Administration.PutAsync(admin, "one.ada", new { identities });

        using var answer = await admin.PutAsJsonAsync("/api/v1/principals/one.bob", new { identities }, Cancellation);

        var problem = await ProblemAssert.IsProblemAsync(answer, HttpStatusCode.Conflict, "principal.identity_taken");
        Assert.Contains("'one.ada'", (string?)problem["detail"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_administrators_manage_principals_and_keys()
    {
        using var admin = service.Client();
        using var stranger = service.Stranger();
        await Administration.PutAsync(admin, "no.admin", new { roles = (string[])["author", "operator"] });
        var signer = await Administration.IssueAsync(admin, "no.admin");
        var own = $"/api/v1/principals/no.admin/keys/{signer.KeyId}";

        foreach (var (method, path) in new[]
        {
            ("GET", "/api/v1/principals"), ("GET", "/api/v1/principals/no.admin"), ("PUT", "/api/v1/principals/no.admin"),
            ("POST", "/api/v1/principals/no.admin/disable"), ("POST", "/api/v1/principals/no.admin/enable"),
            ("GET", "/api/v1/principals/no.admin/keys"), ("POST", "/api/v1/principals/no.admin/keys"),
            ("POST", $"{own}/disable"), ("POST", $"{own}/enable"), ("DELETE", own),
        })
        {
            using var answer = await stranger.SendAsync(signer.Sign(new HttpMethod(method), path, method is "PUT" ? """{"roles":["admin"]}""" : null), Cancellation);
            await ProblemAssert.IsProblemAsync(answer, HttpStatusCode.Forbidden, "access.forbidden");
        }
    }

    [Fact]
    public async Task One_that_is_disabled_is_let_in_by_no_key_until_it_is_enabled_again()
    {
        using var admin = service.Client();
        using var stranger = service.Stranger();
        await Administration.PutAsync(admin, "off.ada", new { });
        var signer = await Administration.IssueAsync(admin, "off.ada");
        Assert.Equal(HttpStatusCode.OK, await Administration.MeAsync(stranger, signer));

        Assert.Equal(HttpStatusCode.OK, await Administration.PostAsync(admin, "/api/v1/principals/off.ada/disable"));
        Assert.Equal(HttpStatusCode.Unauthorized, await Administration.MeAsync(stranger, signer));
        Assert.Equal("disabled", (string?)(await Service.GetAsync(admin, "/api/v1/principals/off.ada"))["state"]);
        Assert.Equal(HttpStatusCode.OK, await Administration.PostAsync(admin, "/api/v1/principals/off.ada/enable"));
        Assert.Equal(HttpStatusCode.OK, await Administration.MeAsync(stranger, signer));
        Assert.Equal(HttpStatusCode.NotFound, await Administration.PostAsync(admin, "/api/v1/principals/nobody/disable"));
    }
}
