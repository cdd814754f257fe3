using System.Net;
using System.Text.Json.Nodes;
using Pao.Api.Tests.Harness;
using Pao.DurableTask;
using Names = Pao.Api.Tests.Harness.Orchestrations;

namespace Pao.Api.Tests.Orchestrations;

/// <summary>What operators see of what the hub runs.</summary>
public sealed class OrchestrationTests(Service service) : IClassFixture<Service>
{
    private const string Path = "/api/v1/orchestrations";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Its_state_tells_what_it_is_and_hides_what_is_secret()
    {
        using var client = service.Client();
        var id = await RunRoundAsync("state-1");

        var state = await Service.GetAsync(client, $"{Path}/{id}");

        Assert.Equal((id, Names.Round, "completed"), (Text(state, "id"), Text(state, "name"), Text(state, "status")));
        Assert.Equal("""{"name":"Ada","password":"[redacted]"}""", Text(state, "input"));
        Assert.Equal("""{"name":"Ada","password":"[redacted]"}""", Text(state, "output"));
        Assert.Equal("blue", state["tags"]?["colour"]?.GetValue<string>());
        Assert.False(state["poisoned"]?.GetValue<bool>());
        Assert.NotNull(state["completed_at"]);
        Assert.DoesNotContain("hunter2", state.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failed_one_tells_type_message_and_cause()
    {
        using var client = service.Client();
        service.Orchestrations.Broken = true;
        await StartAsync(Names.Breakable, "broken-1", "x");
        await service.Hub.WaitForInstanceCompletionAsync("broken-1", Cancellation);

        var failure = (await Service.GetAsync(client, $"{Path}/broken-1"))["failure"];

        Assert.Contains("Break", failure?["message"]?.GetValue<string>(), StringComparison.Ordinal);
        Assert.Contains(
            failure?["inner"]?.AsArray() ?? [],
            cause => cause?["type"]?.GetValue<string>() == "System.InvalidOperationException"
                && cause["message"]?.GetValue<string>() == "It is broken.");
    }

    [Fact]
    public async Task The_history_has_calls_timers_and_children_with_their_durations_in_order()
    {
        using var client = service.Client();
        var id = await RunRoundAsync("history-1");

        var events = await ReadAllAsync(client, $"{Path}/{id}/history", limit: 2);

        var all = await Service.GetAsync(client, $"{Path}/{id}/history");
        Assert.Equal(all["data"]!.ToJsonString(), new JsonArray([.. events.Select(entry => entry.DeepClone())]).ToJsonString());
        Assert.Equal(Enumerable.Range(1, events.Count), events.Select(entry => entry["sequence"]!.GetValue<int>()));
        Assert.Equal(
            ["TaskCompleted Say", "TimerFired ", "SubOrchestrationInstanceCompleted Child"],
            events.Where(entry => entry["duration_ms"]?.GetValue<long>() >= 0).Select(entry => $"{entry["event"]} {entry["name"]}"));
        var child = events.Single(entry => Text(entry, "event") == "SubOrchestrationInstanceCompleted");
        Assert.Equal("\"inside\"", Text(child, "output"));
        var state = await Service.GetAsync(client, $"{Path}/{Uri.EscapeDataString(Text(child, "instance_id")!)}");
        Assert.Equal(id, Text(state, "parent_id"));
        Assert.DoesNotContain("hunter2", all.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cursor_of_an_execution_that_began_anew_is_refused()
    {
        using var client = service.Client();
        await RunRoundAsync("anew-1");
        var page = await Service.GetAsync(client, $"{Path}/anew-1/history?limit=3");
        await RunRoundAsync("anew-1");

        using var answer = await client.GetAsync(
            $"{Path}/anew-1/history?limit=3&cursor={page["pagination"]?["next_cursor"]}", Cancellation);

        await ProblemAssert.IsProblemAsync(answer, HttpStatusCode.BadRequest, "parameter.invalid");
    }

    [Fact]
    public async Task Lists_are_filtered_and_paged_without_losing_or_repeating_one()
    {
        using var client = service.Client();
        for (var i = 0; i < 5; i++)
        {
            await StartAsync(Names.Wait, $"list-wait-{i}", "x");
            await StartAsync(Names.Breakable, $"list-other-{i}", "x");
            await service.Hub.WaitForInstanceStartAsync($"list-wait-{i}", Cancellation);
        }

        var prefix = await ReadAllAsync(client, $"{Path}?id_prefix=list-", limit: 3);
        var named = await ReadAllAsync(client, $"{Path}?id_prefix=list-&name={Names.Wait}", limit: 2);
        var running = await ReadAllAsync(client, $"{Path}?id_prefix=list-&status=running,pending&status=suspended", limit: 50);
        var middle = Text(named[2], "created_at");
        var later = await ReadAllAsync(client, $"{Path}?id_prefix=list-wait&created_from={middle}", limit: 50);
        var earlier = await ReadAllAsync(client, $"{Path}?id_prefix=list-wait&created_to={middle}", limit: 50);

        Assert.Equal(10, prefix.Select(row => Text(row, "id")).Distinct().Count());
        Assert.Equal(10, prefix.Count);
        string[] waiting = [.. Enumerable.Range(0, 5).Select(i => $"list-wait-{i}")];
        Assert.Equal(waiting, named.Select(row => Text(row, "id")));
        Assert.Equal(waiting, running.Where(row => Text(row, "name") == Names.Wait).Select(row => Text(row, "id")));
        Assert.Equal(waiting[2..], later.Select(row => Text(row, "id")));
        Assert.Equal(waiting[..2], earlier.Select(row => Text(row, "id")));
    }

    [Fact]
    public async Task Those_that_were_set_aside_are_found_among_the_failed()
    {
        using var client = service.Client();
        service.Orchestrations.Broken = true;
        foreach (var (name, id) in new[] { (Names.Breakable, "set-1"), (Names.Deadly, "set-2"), (Names.Breakable, "set-3"), (Names.Deadly, "set-4") })
        {
            await StartAsync(name, id, "x");
            await service.Hub.WaitForInstanceCompletionAsync(id, Cancellation);
        }

        var poisoned = await ReadAllAsync(client, $"{Path}?id_prefix=set-&poisoned=true", limit: 1);
        var failed = await ReadAllAsync(client, $"{Path}?id_prefix=set-&status=failed", limit: 50);

        Assert.Equal(["set-2", "set-4"], poisoned.Select(row => Text(row, "id")));
        Assert.Equal([false, true, false, true], failed.Select(row => row["poisoned"]!.GetValue<bool>()));
        Assert.True((await Service.GetAsync(client, $"{Path}/set-2"))["poisoned"]?.GetValue<bool>());
    }

    [Theory]
    [InlineData("parent:3")]
    [InlineData("a@b")]
    [InlineData("a b#c?d&e=f+g")]
    [InlineData("größe-日本-😀")]
    [InlineData("..a;b=c")]
    public async Task An_id_that_needs_encoding_goes_round(string id)
    {
        using var client = service.Client();
        await StartAsync(Names.Wait, id, "x");

        var listed = (await ReadAllAsync(client, $"{Path}?id_prefix={Uri.EscapeDataString(id)}", limit: 50)).Single();
        var state = await Service.GetAsync(client, listed["links"]!["self"]!.GetValue<string>());

        Assert.Equal((id, id), (Text(listed, "id"), Text(state, "id")));
        Assert.NotEmpty((await Service.GetAsync(client, state["links"]!["history"]!.GetValue<string>()))["data"]!.AsArray());
    }

    [Theory]
    [InlineData("a/b")]
    [InlineData("100%")]
    [InlineData("a\\b")]
    [InlineData("..")]
    public async Task An_id_that_no_path_can_carry_is_listed_without_links(string id)
    {
        using var client = service.Client();
        await StartAsync(Names.Wait, id, "x");

        var listed = (await ReadAllAsync(client, $"{Path}?id_prefix={Uri.EscapeDataString(id)}", limit: 50)).Single(row => Text(row, "id") == id);

        Assert.Null(listed["links"]);
    }

    [Theory]
    [InlineData("limit=0")]
    [InlineData("limit=201")]
    [InlineData("status=done")]
    [InlineData("status=running,")]
    [InlineData("created_from=yesterday")]
    [InlineData("poisoned=yes")]
    [InlineData("poisoned=true&status=running")]
    [InlineData("cursor=abc")]
    [InlineData("cursor=eyJUb2tlbiI6ImFiYyIsIkxhc3QiOm51bGx9")]
    public async Task A_filter_that_means_nothing_is_refused(string query)
    {
        using var client = service.Client();

        using var answer = await client.GetAsync($"{Path}?{query}", Cancellation);

        await ProblemAssert.IsProblemAsync(answer, HttpStatusCode.BadRequest, "parameter.invalid");
    }

    [Fact]
    public async Task An_unknown_one_is_not_found()
    {
        using var client = service.Client();

        foreach (var path in new[] { "nobody", "nobody/history" })
        {
            using var answer = await client.GetAsync($"{Path}/{path}", Cancellation);
            await ProblemAssert.IsProblemAsync(answer, HttpStatusCode.NotFound, "orchestration.not_found");
        }
    }

    [Fact]
    public async Task Nobody_sees_them_without_the_key()
    {
        using var stranger = service.Stranger();

        foreach (var path in new[] { Path, $"{Path}/x", $"{Path}/x/history" })
        {
            using var answer = await stranger.GetAsync(path, Cancellation);
            await ProblemAssert.IsProblemAsync(answer, HttpStatusCode.Unauthorized, "access.unauthenticated");
        }
    }

    private static string? Text(JsonNode? node, string member) => node?[member]?.GetValue<string>();

    /// <summary>Follows the pages to the end; none is longer than it may be.</summary>
    private static async Task<List<JsonNode>> ReadAllAsync(HttpClient client, string path, int limit)
    {
        List<JsonNode> rows = [];
        var separator = path.Contains('?', StringComparison.Ordinal) ? '&' : '?';
        for (string? cursor = null, next = ""; next is not null; cursor = next)
        {
            var page = await Service.GetAsync(client, $"{path}{separator}limit={limit}{(cursor is null ? "" : $"&cursor={cursor}")}");
            var data = page["data"]!.AsArray();
            Assert.True(data.Count <= limit);
            rows.AddRange(data.Select(row => row!));
            next = Text(page["pagination"], "next_cursor");
            Assert.Equal(next is not null, page["pagination"]!["has_more"]!.GetValue<bool>());
        }

        return rows;
    }

    private Task<string> StartAsync(string name, string id, object input) => service.Hub.ScheduleNewOrchestrationInstanceAsync(
        name, input, new StartOrchestrationOptions(id) { Tags = new Dictionary<string, string> { ["colour"] = "blue" } }, Cancellation);

    private async Task<string> RunRoundAsync(string id)
    {
        await StartAsync(Names.Round, id, new { name = "Ada", password = "hunter2" });
        await service.Hub.WaitForInstanceCompletionAsync(id, Cancellation);
        return id;
    }
}
