using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Pao.Api.Tests.Harness;

namespace Pao.Api.Tests.Auditing;

/// <summary>What the audit tells of a call: from where it came, what it changed, and what it was refused.</summary>
public sealed class AuditedCallTests(AuditedCallTests.Fixture fixture) : IClassFixture<AuditedCallTests.Fixture>
{
    private static readonly JsonSerializerOptions Unescaped = new(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly Service _service = fixture.Service;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("10.1.2.3", "198.51.100.1")] // what is before the proxy's word, the caller may have written
    [InlineData("203.0.113.7", "203.0.113.7")] // no proxy of this service
    public async Task The_address_of_an_entry_is_the_one_that_a_proxy_vouches_for(string connection, string told)
    {
        await _service.EnrolAsync("afar", [], []);
        using var client = _service.ClientOf("afar");
        client.DefaultRequestHeaders.Add(FromAnAddress.Header, connection);
        client.DefaultRequestHeaders.Add("X-Forwarded-For", "192.0.2.9, 198.51.100.1");

        var submitted = await Service.SubmitAsync(client, TestCatalog.Echo, new { name = "web" });

        var record = await RecordAsync($"action=request.submit&request_id={submitted["id"]}");
        Assert.Equal(told, (string?)record["sourceIPAddress"]);
        Assert.Single(await ListAsync($"source_address={told}&request_id={submitted["id"]}"));
    }

    [Fact]
    public async Task Of_a_long_value_that_a_retry_corrects_the_audit_has_the_hash()
    {
        await _service.EnrolAsync("corrector", ["operator"], []);
        using var client = _service.ClientOf("corrector");
        var id = await FailAsync(client);
        var (value, text) = (new string('x', 2000), $"\"{new string('x', 2000)}\"");

        await CorrectAsync(client, id, value);

        var record = await RecordAsync($"action=request.retry&request_id={id}");
        Assert.Equal("web", (string?)record["additionalEventData"]!["before"]!["fields"]!["name"]);
        Assert.Equal(
            $"[{text.Length} characters, sha256 {Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))}]",
            (string?)record["responseElements"]!["fields"]!["name"]);
        Assert.DoesNotContain(value, record.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_retry_corrects_counts_among_what_its_caller_has_stored()
    {
        await _service.EnrolAsync("grower", ["operator"], []);
        using var client = _service.ClientOf("grower");
        var id = await FailAsync(client);
        await CorrectAsync(client, id, new string('x', Fixture.StoredBytes));

        using var refused = await client.PostAsJsonAsync(
            "/api/v1/requests", new { catalog_item_id = TestCatalog.Echo, fields = new { name = "web" } }, Cancellation);

        await ProblemAssert.IsProblemAsync(refused, HttpStatusCode.TooManyRequests, "limit.stored_bytes");
    }

    /// <summary>A sign that is one byte in a body is six in a history: what was accepted could never be started.</summary>
    [Fact]
    public async Task Fields_that_are_too_long_for_a_history_are_refused_when_they_are_submitted_and_when_they_are_corrected()
    {
        await _service.EnrolAsync("verbose", ["operator"], []);
        using var client = _service.ClientOf("verbose");
        var id = await FailAsync(client);
        var name = new string('<', 500_000);

        using var submitted = await client.PostAsJsonAsync("/api/v1/requests", new { catalog_item_id = Fixture.LongText, fields = new { name } }, Unescaped, Cancellation);
        using var corrected = await client.PostAsJsonAsync($"/api/v1/requests/{id}/retry", new { fields = new { name } }, Unescaped, Cancellation);

        await ProblemAssert.IsProblemAsync(submitted, HttpStatusCode.RequestEntityTooLarge, "body.too_large");
        await ProblemAssert.IsProblemAsync(corrected, HttpStatusCode.UnprocessableEntity, "body.invalid");
    }

    [Fact]
    public async Task A_decision_of_somebody_who_may_not_take_it_is_told_as_refused()
    {
        foreach (var member in (string[])["submitter", "mate"])
            await _service.EnrolAsync(member, [], ["shop"]);
        using var submitter = _service.ClientOf("submitter");
        using var mate = _service.ClientOf("mate");
        var id = await FailAsync(submitter, "shop");

        using var refused = await mate.PostAsync($"/api/v1/requests/{id}/abort", content: null, Cancellation);
        await ProblemAssert.IsProblemAsync(refused, HttpStatusCode.Forbidden, "access.forbidden");

        var record = await RecordAsync("action=access.deny&actor=mate");
        Assert.Equal(("principal", "access.forbidden"), ((string?)record["userIdentity"]!["type"], (string?)record["errorCode"]));
        Assert.Equal("/api/v1/requests/{id}/abort", (string?)record["requestParameters"]!["route"]);
        Assert.Equal(refused.Headers.GetValues("X-Correlation-Id").Single(), (string?)record["additionalEventData"]!["correlationID"]);
    }

    /// <summary>A request whose action failed.</summary>
    private async Task<string> FailAsync(HttpClient client, string? team = null)
    {
        _service.Target.Fail(times: 1, status: 400);
        using var answer = await client.PostAsJsonAsync(
            "/api/v1/requests", new { catalog_item_id = Fixture.LongText, fields = new { name = "web" }, team }, Cancellation);
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        var id = (string?)(await Service.ReadAsync(answer))["id"] ?? "";
        await Service.WaitForStatusAsync(client, id, "failed");
        return id;
    }

    /// <summary>The corrected request fails again, and stays open.</summary>
    private async Task CorrectAsync(HttpClient client, string id, string name)
    {
        _service.Target.Fail(times: 1, status: 400);
        using var retried = await client.PostAsJsonAsync($"/api/v1/requests/{id}/retry", new { fields = new { name } }, Cancellation);
        Assert.True(retried.StatusCode is HttpStatusCode.Accepted, await retried.Content.ReadAsStringAsync(Cancellation));
        await Service.WaitForAsync(
            client, $"/api/v1/requests/{id}", request => (string?)request["fields"]?["name"] == name && (string?)request["status"] == "failed");
    }

    private async Task<JsonNode> RecordAsync(string filter)
    {
        using var admin = _service.Client();
        var page = await Service.WaitForAsync(admin, $"/api/v1/audit?{filter}", found => found["data"]!.AsArray().Count > 0);
        return Assert.Single(page["data"]!.AsArray()) ?? throw new InvalidOperationException("It is null.");
    }

    private async Task<JsonArray> ListAsync(string filter)
    {
        using var admin = _service.Client();
        return (await Service.GetAsync(admin, $"/api/v1/audit?{filter}"))["data"]!.AsArray();
    }

    public sealed class Fixture : IAsyncLifetime
    {
        public const string LongText = "compute-long-standard";
        public const int StoredBytes = 3000;

        public Service Service { get; } = new()
        {
            Settings = new Dictionary<string, string>
            {
                ["Pao:CallerLimits:Proxies:0"] = "10.0.0.0/8",
                ["Pao:CallerLimits:StoredBytes"] = $"{StoredBytes}",
            },
            Change = services => services.AddSingleton<IStartupFilter, FromAnAddress>(),
            WriteDocuments = WriteLong,
        };

        public ValueTask InitializeAsync() => Service.InitializeAsync();

        public ValueTask DisposeAsync() => Service.DisposeAsync();

        private static void WriteLong(string folder, Uri target)
        {
            TestCatalog.WriteItem(folder, LongText, "", TestCatalog.Action(target, "only", "flaky"));
            var file = Path.Combine(folder, "compute", $"{LongText}.yaml");
            File.WriteAllText(file, File.ReadAllText(file).Replace("maxLength: 20", "maxLength: 1000000", StringComparison.Ordinal));
        }
    }
}
