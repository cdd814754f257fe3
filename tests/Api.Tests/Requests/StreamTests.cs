using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Pao.Api.Access;
using Pao.Api.Requests.Watching;
using Pao.Api.Tests.Harness;
using Pao.Orchestrator.Access;

namespace Pao.Api.Tests.Requests;

/// <summary>Watching a request by server-sent events.</summary>
public sealed class StreamTests : IAsyncLifetime
{
    private readonly Service _service = new()
    {
        Settings = new Dictionary<string, string>
        {
            ["Pao:Watching:Most"] = "1", ["Pao:Watching:Recheck"] = "00:00:01", ["Pao:Watching:Heartbeat"] = "00:00:01", ["Pao:Watching:WriteTimeout"] = "00:00:01",
        },
    };

    private HttpClient? _client;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private HttpClient Client => _client ?? throw new InvalidOperationException("Not started.");

    public async ValueTask InitializeAsync()
    {
        await _service.InitializeAsync();
        _client = _service.Client();
    }

    public async ValueTask DisposeAsync()
    {
        _client?.Dispose();
        await _service.DisposeAsync();
    }

    [Fact]
    public async Task A_stream_tells_every_version_once_and_ends_with_the_final_one()
    {
        var id = await SubmitAsync();

        var events = await ReadAsync(id, lastEventId: "0");

        Assert.Equal(Enumerable.Range(1, events.Count), events.Select(one => (int?)one["version"] ?? 0));
        Assert.Equal(["submitted", "validating", "queued", "in_progress", "completed"], events.Select(one => (string?)one["status"]).Distinct());
        Assert.All(events.SkipLast(1), one => Assert.NotEqual("completed", (string?)one["status"]));
        var status = await Service.GetAsync(Client, $"/api/v1/requests/{id}/status");
        foreach (var (name, value) in status)
            Assert.Equal(value?.ToJsonString(), events[^1][name]?.ToJsonString());
    }

    [Fact]
    public async Task A_stream_goes_on_after_the_version_that_was_received_and_is_over_after_the_final_one()
    {
        var id = await SubmitAsync();
        var all = await ReadAsync(id, "0");

        Assert.Equal(all.Skip(3).Select(one => (long?)one["version"]), (await ReadAsync(id, "3")).Select(one => (long?)one["version"]));
        using var again = await OpenAsync(id, $"{all.Count}");
        Assert.Equal(HttpStatusCode.NoContent, again.StatusCode);
        var latest = Assert.Single(await ReadAsync(id, lastEventId: null));
        Assert.Equal("completed", (string?)latest["status"]);
    }

    [Theory]
    [InlineData("last")]
    [InlineData("-1")]
    [InlineData("100000")]
    public async Task A_place_that_no_stream_told_is_refused(string lastEventId)
    {
        using var answer = await OpenAsync(await SubmitAsync(), lastEventId);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.NotNull((await Service.ReadAsync(answer))["errors"]?["Last-Event-ID"]);
    }

    [Fact]
    public async Task A_request_that_is_not_there_is_no_stream()
    {
        using var answer = await OpenAsync(Guid.NewGuid().ToString(), lastEventId: null);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    [Fact]
    public async Task Who_comes_when_all_places_are_taken_is_told_to_come_back_and_gets_the_place_that_is_left()
    {
        var id = await SubmitAsync(failures: 1);
        using (var first = await OpenAsync(id, "0"))
        {
            Assert.Equal("text/event-stream", first.Content.Headers.ContentType?.MediaType);
            foreach (var waiting in (string?[])["text/event-stream", null])
            {
                using var second = await OpenAsync(id, lastEventId: null, waiting, "?wait=5s");
                Assert.Equal(HttpStatusCode.ServiceUnavailable, second.StatusCode);
                Assert.NotNull(second.Headers.RetryAfter);
                Assert.Equal("watch.too_many", (string?)(await Service.ReadAsync(second))["code"]);
            }
        }

        await AssertPlaceIsGivenBackAsync(id);
    }

    [Fact]
    public async Task Who_does_not_read_is_cut_off_and_its_place_is_given_back()
    {
        var id = await SubmitAsync(failures: 1);
        await Service.WaitForStatusAsync(Client, id, "failed");
        using var slow = await OpenAsync(id, "0");
        var unread = await slow.Content.ReadAsStreamAsync(Stop);

        // More than the server holds for one reader, who reads nothing of it.
        await ExecuteAsync("""
            with recursive more (version) as (select max(version) + 1 from request_changes union all select version + 1 from more limit 5000)
            insert into request_changes (request_id, version, status, at) select r.id, more.version, r.status, r.updated_at from requests r, more
            """);
        await ExecuteAsync("update requests set version = (select max(version) + 1 from request_changes)");

        await AssertPlaceIsGivenBackAsync(id);
        await Assert.ThrowsAnyAsync<IOException>(() => unread.CopyToAsync(Stream.Null, Stop));
    }

    [Fact]
    public async Task A_stream_without_events_says_that_it_lives()
    {
        var id = await SubmitAsync(failures: 1);

        using var answer = await OpenAsync(id, "0");
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(Stop));
        string? line;
        do
            line = await reader.ReadLineAsync(Stop);
        while (line is not null and not ": still here");

        Assert.Equal(": still here", line);
    }

    [Fact]
    public async Task A_stream_ends_when_its_principal_is_disabled()
    {
        var id = Guid.Parse(await SubmitAsync(failures: 1));
        await ExecuteAsync("insert into principals (id, roles, teams, created_at, updated_at) values ('ann', '[]', '[]', 0, 0)");
        await ExecuteAsync("update requests set user_id = 'ann'");
        await using var scope = _service.Services.CreateAsyncScope();
        using var body = new MemoryStream();
        var context = new DefaultHttpContext
        {
            RequestServices = scope.ServiceProvider,
            User = Caller.Let(new Principal("ann", null, null, [], []), "tests"),
            Request = { RouteValues = { ["id"] = id.ToString() } },
            Response = { Body = body },
        };
        context.SetEndpoint(new Endpoint(null, new EndpointMetadataCollection(new AuthorizeAttribute(AccessRules.Developer)), "the status"));
        var watch = scope.ServiceProvider.GetRequiredService<StatusWatch>();
        var place = watch.TryEnter() ?? throw new InvalidOperationException("There is a place.");

        var stream = new StatusStream(new StatusFeed(id, 0), place).ExecuteAsync(context);
        Assert.True(await scope.ServiceProvider.GetRequiredService<AccessRenewal>().IsStillAllowedAsync(context, Stop));
        await ExecuteAsync("update principals set disabled_at = 1");

        await stream.WaitAsync(TimeSpan.FromSeconds(40), Stop);
        Assert.EndsWith(": no longer allowed\n\n", System.Text.Encoding.UTF8.GetString(body.ToArray()), StringComparison.Ordinal);
        using var free = watch.TryEnter();
        Assert.NotNull(free);
    }

    private async Task AssertPlaceIsGivenBackAsync(string id)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        for (var tries = 0; ; tries++)
        {
            using var next = await OpenAsync(id, "0");
            if (next.StatusCode == HttpStatusCode.OK)
                return;
            Assert.True(tries < 400, "the place is never given back");
            await timer.WaitForNextTickAsync(Stop);
        }
    }

    private async Task<string> SubmitAsync(int failures = 0)
    {
        _service.Target.Fail(failures, StatusCodes.Status400BadRequest); // it then waits for a person
        return (string?)(await Service.SubmitAsync(Client, TestCatalog.Steps, new { name = "watched" }))["id"] ?? "";
    }

    private async Task ExecuteAsync(string sql)
    {
        await using var connection = new SqliteConnection($"Data Source={Path.Combine(_service.DataDirectory, "pao.db")}");
        await connection.OpenAsync(Stop);
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        Assert.True(await command.ExecuteNonQueryAsync(Stop) > 0);
    }

    private Task<HttpResponseMessage> OpenAsync(string id, string? lastEventId, string? accept = "text/event-stream", string query = "")
    {
        var request = new HttpRequestMessage(HttpMethod.Get, $"/api/v1/requests/{id}/status{query}");
        if (accept is not null)
            request.Headers.Accept.ParseAdd(accept);
        if (lastEventId is not null)
            request.Headers.Add("Last-Event-ID", lastEventId);
        return Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Stop);
    }

    /// <summary>All events until the stream ends; each has its version as its id.</summary>
    private async Task<IReadOnlyList<JsonObject>> ReadAsync(string id, string? lastEventId)
    {
        using var answer = await OpenAsync(id, lastEventId);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(Stop));
        List<JsonObject> events = [];
        foreach (var block in (await reader.ReadToEndAsync(Stop)).Split("\n\n", StringSplitOptions.RemoveEmptyEntries))
        {
            if (!block.StartsWith("id: ", StringComparison.Ordinal))
                continue;
            var lines = block.Split('\n');
            var data = JsonNode.Parse(lines[2]["data: ".Length..])?.AsObject() ?? [];
            Assert.Equal(($"id: {data["version"]}", "event: status"), (lines[0], lines[1]));
            events.Add(data);
        }

        return events;
    }
}
