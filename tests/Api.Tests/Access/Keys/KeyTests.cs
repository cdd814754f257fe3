using System.Net;
using Pao.Api.Tests.Harness;

namespace Pao.Api.Tests.Access.Keys;

public sealed class KeyTests(Service service) : IClassFixture<Service>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_secret_is_told_once_and_is_nowhere_else()
    {
        using var admin = service.Client();
        await Administration.PutAsync(admin, "once.ada", new { });

        var signer = await Administration.IssueAsync(admin, "once.ada");

        Assert.Equal(HttpStatusCode.OK, await Administration.MeAsync(service.Stranger(), signer));
        var listed = (await Service.GetAsync(admin, "/api/v1/principals/once.ada/keys"))["data"]?[0];
        Assert.Equal((signer.KeyId, "active", "local-admin"), ((string?)listed?["id"], (string?)listed?["state"], (string?)listed?["created_by"]));
        Assert.DoesNotContain(signer.Secret, listed?.ToJsonString(), StringComparison.Ordinal);
        Assert.DoesNotContain(service.Log.Lines, line => line.Contains(signer.Secret, StringComparison.Ordinal));
        Assert.DoesNotContain(
            Directory.GetFiles(service.DataDirectory).Where(file => !file.EndsWith(".lock", StringComparison.Ordinal)),
            file => Read(file).Contains(signer.Secret, StringComparison.Ordinal));
    }

    [Fact]
    public async Task No_repetition_tells_a_secret_again()
    {
        using var admin = service.Client();
        await Administration.PutAsync(admin, "replay.ada", new { });
        await Administration.PutAsync(admin, "replay.admin", new { roles = (string[])["admin"] });
        var signer = await Administration.IssueAsync(admin, "replay.admin");
        using var keyed = new HttpRequestMessage(HttpMethod.Post, "/api/v1/principals/replay.ada/keys") { Headers = { { "Idempotency-Key", "a" } } };

        using var refused = await admin.SendAsync(keyed, Cancellation);
        using var stranger = service.Stranger();
        var signed = signer.Sign(HttpMethod.Post, "/api/v1/principals/replay.ada/keys");
        using var first = await stranger.SendAsync(TestSigner.Copy(signed), Cancellation);
        using var second = await stranger.SendAsync(TestSigner.Copy(signed), Cancellation);

        await ProblemAssert.IsProblemAsync(refused, HttpStatusCode.BadRequest, "parameter.invalid");
        Assert.Equal((HttpStatusCode.Created, HttpStatusCode.Unauthorized), (first.StatusCode, second.StatusCode));
        Assert.Single((await Service.GetAsync(admin, "/api/v1/principals/replay.ada/keys"))["data"]!.AsArray());
    }

    [Fact]
    public async Task Keys_are_rotated_with_an_overlap_and_one_that_is_disabled_lets_nobody_in()
    {
        using var admin = service.Client();
        using var stranger = service.Stranger();
        await Administration.PutAsync(admin, "rotate.ada", new { });
        var (first, second) = (await Administration.IssueAsync(admin, "rotate.ada"), await Administration.IssueAsync(admin, "rotate.ada"));
        using var third = await admin.PostAsync("/api/v1/principals/rotate.ada/keys", content: null, Cancellation);
        await ProblemAssert.IsProblemAsync(third, HttpStatusCode.Conflict, "access_key.too_many");
        Assert.Equal(HttpStatusCode.OK, await Administration.MeAsync(stranger, first));
        Assert.Equal(HttpStatusCode.OK, await Administration.MeAsync(stranger, second));

        var path = $"/api/v1/principals/rotate.ada/keys/{first.KeyId}";
        Assert.Equal(HttpStatusCode.OK, await Administration.PostAsync(admin, $"{path}/disable"));
        Assert.Equal(HttpStatusCode.Unauthorized, await Administration.MeAsync(stranger, first));
        Assert.Equal(HttpStatusCode.OK, await Administration.MeAsync(stranger, second));
        Assert.Equal(HttpStatusCode.OK, await Administration.PostAsync(admin, $"{path}/enable"));
        Assert.Equal(HttpStatusCode.OK, await Administration.MeAsync(stranger, first));

        using var deleted = await admin.DeleteAsync(path, Cancellation);
        using var again = await admin.DeleteAsync(path, Cancellation);
        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        await ProblemAssert.IsProblemAsync(again, HttpStatusCode.NotFound, "access_key.not_found");
        Assert.Equal(HttpStatusCode.Unauthorized, await Administration.MeAsync(stranger, first));
    }

    [Fact]
    public async Task A_key_signs_until_it_expires()
    {
        using var admin = service.Client();
        using var stranger = service.Stranger();
        await Administration.PutAsync(admin, "end.ada", new { });
        using var past = await admin.PostAsync(
            "/api/v1/principals/end.ada/keys", new StringContent("""{"expires_at":"2020-01-01T00:00:00Z"}""", new System.Net.Http.Headers.MediaTypeHeaderValue("application/json")), Cancellation);
        await ProblemAssert.IsProblemAsync(past, HttpStatusCode.UnprocessableEntity, "body.invalid");
        var end = TimeProvider.System.GetUtcNow().AddSeconds(8);

        var signer = await Administration.IssueAsync(admin, "end.ada", new { expires_at = end });

        Assert.Equal(HttpStatusCode.OK, await Administration.MeAsync(stranger, signer));
        await Service.WaitForAsync(admin, "/api/v1/principals/end.ada/keys", keys => (string?)keys["data"]?[0]?["state"] == "expired");
        Assert.Equal(HttpStatusCode.Unauthorized, await Administration.MeAsync(stranger, signer));
    }

    [Fact]
    public async Task Whoever_is_refused_learns_the_same_whatever_was_wrong()
    {
        using var admin = service.Client();
        await Administration.PutAsync(admin, "same.ada", new { });
        var (good, disabled) = (await Administration.IssueAsync(admin, "same.ada"), await Administration.IssueAsync(admin, "same.ada"));
        await Administration.PostAsync(admin, $"/api/v1/principals/same.ada/keys/{disabled.KeyId}/disable");
        await Administration.PutAsync(admin, "same.off", new { });
        var principalOff = await Administration.IssueAsync(admin, "same.off");
        await Administration.PostAsync(admin, "/api/v1/principals/same.off/disable");
        HashSet<string> told = [];

        foreach (var signer in (TestSigner[])[good with { Secret = "wrong" }, good with { KeyId = "PAOK0123456789ABCDEF01234567" }, disabled, principalOff])
        {
            using var answer = await service.Stranger().SendAsync(signer.Sign(HttpMethod.Get, "/api/v1/me"), Cancellation);
            var problem = await ProblemAssert.IsProblemAsync(answer, HttpStatusCode.Unauthorized, "access.unauthenticated");
            problem.Remove("correlation_id");
            told.Add(problem.ToJsonString());
        }

        Assert.Single(told);
    }

    [Fact]
    public async Task The_first_key_can_come_from_the_configuration()
    {
        var signer = new TestSigner("PAOKFIRSTADMINISTRATOR", new string('s', 40));
        await using var configured = new Service
        {
            Settings = new Dictionary<string, string>
            {
                ["Pao:Access:FirstKey:Id"] = signer.KeyId,
                ["Pao:Access:FirstKey:Secret"] = signer.Secret,
                ["Pao:Access:TakesAccessKey"] = "false",
            },
        };
        await configured.InitializeAsync();

        using var answer = await configured.Stranger().SendAsync(signer.Sign(HttpMethod.Get, "/api/v1/me"), Cancellation);

        Assert.Equal("local-admin", (string?)(await Service.ReadAsync(answer))["id"]);
        Assert.False(File.Exists(Path.Combine(configured.DataDirectory, "credentials")));
        using var bearer = await configured.Client().GetAsync("/api/v1/me", Cancellation);
        await ProblemAssert.IsProblemAsync(bearer, HttpStatusCode.Unauthorized, "access.unauthenticated");
    }

    [Theory]
    [InlineData("Pao:Access:FirstKey:Id", "PAOKFIRSTADMINISTRATOR", "Pao:Access:FirstKey:Secret")]
    [InlineData("Pao:Access:FirstKey:Secret", "0123456789012345678901234567890123456789", "Pao:Access:FirstKey:Id")]
    [InlineData("Pao:Access:Sts:ServerId", "two words", "Pao:Access:Sts:ServerId")]
    [InlineData("Pao:Access:Sts:Endpoints:0", "ftp://sts", "Pao:Access:Sts:Endpoints")]
    [InlineData("Pao:Access:TrustedHeader:Name", "X-Caller", "Pao:Access:TrustedHeader:Networks")]
    [InlineData("Pao:Access:TrustedHeader:Networks:0", "10.0.0.0/8", "Pao:Access:TrustedHeader:Name")]
    public async Task A_half_configured_way_in_stops_the_start(string key, string value, string named)
    {
        await using var wrong = new Service { Settings = new Dictionary<string, string> { [key] = value } };

        var failure = await Assert.ThrowsAnyAsync<Exception>(async () => await wrong.InitializeAsync());

        Assert.Contains(named, failure.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("0123456789012345", failure.ToString(), StringComparison.Ordinal);
    }

    private static string Read(string file)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var reader = new StreamReader(stream, System.Text.Encoding.Latin1);
        return reader.ReadToEnd();
    }
}
