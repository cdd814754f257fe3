using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Pao.Api.Tests.Harness;
using Pao.Audit;

namespace Pao.Api.Tests.Auditing;

/// <summary>What administrators read of the audit, and what a verifier makes of it.</summary>
public sealed class AuditEndpointTests : IAsyncLifetime
{
    private const string Password = "correct-horse-battery-staple";

    private readonly Service _service = new()
    {
        Settings = new Dictionary<string, string>
        {
            ["Pao:Audit:Heads:Every"] = "00:00:01",
            ["Pao:Webhooks:GitHubSecret"] = "the-webhook-secret",
        },
    };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string Heads => Path.Combine(_service.DataDirectory, "audit-heads");

    public ValueTask InitializeAsync() => _service.InitializeAsync();

    public ValueTask DisposeAsync() => _service.DisposeAsync();

    [Fact]
    public async Task A_submission_is_told_with_its_caller_and_the_call()
    {
        using var client = _service.Client();
        client.DefaultRequestHeaders.UserAgent.ParseAdd("test-client/2.0");
        client.DefaultRequestHeaders.Add("X-Correlation-Id", "call-7");
        var submitted = await Service.SubmitAsync(client, "compute-echo-standard", new { name = "web" });

        var page = await Service.GetAsync(client, $"/api/v1/audit?request_id={submitted["id"]}&action=request.submit");

        var record = Assert.Single(page["data"]!.AsArray())!;
        Assert.Equal(("principal", "local-admin"), ((string?)record["userIdentity"]!["type"], (string?)record["userIdentity"]!["principalId"]));
        Assert.Equal(("test-client/2.0", "call-7"), ((string?)record["userAgent"], (string?)record["additionalEventData"]!["correlationID"]));
        Assert.Equal(("pao", "compute-echo-standard"), ((string?)record["eventSource"], (string?)record["requestParameters"]!["catalog_item_id"]));
        Assert.Equal((string?)submitted["id"], (string?)record["requestID"]);
    }

    [Fact]
    public async Task Pages_follow_their_cursors_and_mistakes_are_named()
    {
        using var client = _service.Client();
        for (var i = 0; i < 5; i++)
            await Service.SubmitAsync(client, "compute-echo-standard", new { name = $"web{i}" });

        List<string?> ids = [];
        var path = "/api/v1/audit?action=request.submit&limit=2";
        for (string? cursor = ""; cursor is not null;)
        {
            var page = await Service.GetAsync(client, $"{path}{(cursor.Length > 0 ? $"&cursor={cursor}" : "")}");
            ids.AddRange(page["data"]!.AsArray().Select(record => (string?)record!["eventID"]));
            cursor = (string?)page["pagination"]!["next_cursor"];
        }

        Assert.Equal(5, ids.Distinct().Count());
        Assert.Equal(5, ids.Count);
        foreach (var wrong in new[] { "request_id=x", "from=yesterday", "limit=0", "cursor=x" })
        {
            using var answer = await client.GetAsync($"/api/v1/audit?{wrong}", Cancellation);
            await ProblemAssert.IsProblemAsync(answer, HttpStatusCode.BadRequest, "parameter.invalid");
        }

        using var export = await client.GetAsync("/api/v1/audit/export?after=-1", Cancellation);
        await ProblemAssert.IsProblemAsync(export, HttpStatusCode.BadRequest, "parameter.invalid");
    }

    [Fact]
    public async Task An_export_holds_against_the_heads_in_the_data_directory()
    {
        using var client = _service.Client();
        for (var i = 0; i < 3; i++)
            await Service.SubmitAsync(client, "compute-echo-standard", new { name = $"web{i}" });
        await WaitForHeadAsync(client);

        var (heads, export) = (ReadHeads(), await client.GetStringAsync("/api/v1/audit/export", Cancellation));
        using var key = HeadKey.FromPem(await client.GetStringAsync("/api/v1/audit/public-key", Cancellation));

        var whole = await VerifyAsync(heads, export, key);
        Assert.Empty(whole.Findings);
        Assert.True(whole.Proven >= 4, $"Only {whole.Proven} entries are proven.");

        var changed = await VerifyAsync(heads, export.Replace("local-admin", "somebody", StringComparison.Ordinal), key);
        Assert.Contains(changed.Findings, finding => finding.Code == "entry.changed");
        var lines = export.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var truncated = await VerifyAsync(heads, string.Join('\n', lines.Take(2)), key);
        Assert.Equal("entry.truncated", Assert.Single(truncated.Findings).Code);
    }

    [Fact]
    public async Task Whoever_is_not_let_in_and_webhooks_that_are_refused_are_told_once_with_their_number()
    {
        using var stranger = _service.Stranger();
        stranger.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", "Bearer the-wrong-key");
        for (var i = 0; i < 20; i++)
            await stranger.GetAsync("/api/v1/requests", Cancellation);
        foreach (var path in (string[])["github", "gItHuB", "GITHUB", "github/"])
        {
            using var forged = new HttpRequestMessage(HttpMethod.Post, $"/api/v1/webhooks/{path}") { Content = JsonContent.Create(new { }) };
            forged.Headers.Add("X-Hub-Signature-256", $"sha256={new string('0', 64)}");
            Assert.Equal(HttpStatusCode.Unauthorized, (await stranger.SendAsync(forged, Cancellation)).StatusCode);
        }

        using var client = _service.Client();
        var failed = await Service.WaitForAsync(client, "/api/v1/audit?action=login.fail", page => page["data"]!.AsArray().Count > 0);
        var refused = await Service.WaitForAsync(client, "/api/v1/audit?action=webhook.refuse", page => page["data"]!.AsArray().Count > 0);

        var entry = Assert.Single(failed["data"]!.AsArray())!;
        Assert.Equal(("access.unauthenticated", "unknown"), ((string?)entry["errorCode"], (string?)entry["userIdentity"]!["type"]));
        Assert.Equal("The access key is not the right one.", (string?)entry["requestParameters"]!["reason"]);
        Assert.Equal("webhook.unverified", (string?)Assert.Single(refused["data"]!.AsArray())!["errorCode"]);
    }

    [Fact]
    public async Task No_secret_is_ever_in_the_audit()
    {
        using var client = _service.Client();
        using var signed = _service.Stranger();
        signed.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", $"Bearer {Password}");
        await signed.GetAsync("/api/v1/requests", Cancellation);
        using var query = await signed.GetAsync($"/api/v1/requests?X-Amz-Signature={Password}&X-Amz-Algorithm=AWS4-HMAC-SHA256", Cancellation);
        var created = await PutKeyAsync(client);
        await Service.WaitForAsync(client, "/api/v1/audit?action=login.fail", page => page["data"]!.AsArray().Count > 0);

        var export = await client.GetStringAsync("/api/v1/audit/export", Cancellation);

        Assert.Contains("access_key.created", export, StringComparison.Ordinal);
        foreach (var secret in new[] { Password, _service.Key, "the-webhook-secret", (string?)created["secret"] ?? throw new InvalidOperationException(created.ToJsonString()) })
            Assert.DoesNotContain(secret, export, StringComparison.Ordinal);
    }

    private static async Task<JsonObject> PutKeyAsync(HttpClient client)
    {
        using var put = await client.PutAsJsonAsync("/api/v1/principals/ada", new { name = "Ada" }, Cancellation);
        Assert.Equal(HttpStatusCode.Created, put.StatusCode);
        using var issued = await client.PostAsync("/api/v1/principals/ada/keys", content: null, Cancellation);
        Assert.Equal(HttpStatusCode.Created, issued.StatusCode);
        return await Service.ReadAsync(issued);
    }

    /// <summary>Until a head is there for all that was done so far.</summary>
    private async Task WaitForHeadAsync(HttpClient client)
    {
        var newest = await Service.WaitForAsync(client, "/api/v1/audit?limit=1", page => page["data"]![0]!["paoSeal"] is not null);
        var sequence = (long)newest["data"]![0]!["paoSeal"]!["sequence"]!;
        await Service.WaitForAsync(client, "/api/v1/audit?limit=1", _ => ReadHeads().Select(AuditHead.Parse).Any(head => head?.Sequence >= sequence));
    }

    private string[] ReadHeads() => Directory.Exists(Heads)
        ? [.. Directory.EnumerateFiles(Heads, "*.jsonl").Order(StringComparer.Ordinal).SelectMany(file => ReadShared(file).Split('\n', StringSplitOptions.RemoveEmptyEntries))]
        : [];

    private static string ReadShared(string file)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }

    private static Task<AuditReport> VerifyAsync(string[] heads, string export, HeadKey key) =>
        new AuditVerification(AuditHeads.Read([("heads", heads)], [key])).VerifyAsync(new StringReader(export), Cancellation);
}
