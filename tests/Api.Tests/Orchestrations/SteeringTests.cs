using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Pao.Api.Tests.Harness;
using Pao.DurableTask;
using Names = Pao.Api.Tests.Harness.Orchestrations;

namespace Pao.Api.Tests.Orchestrations;

/// <summary>What operators do to an orchestration that is nobody's request.</summary>
public sealed class SteeringTests(Service service) : IClassFixture<Service>
{
    private const string Path = "/api/v1/orchestrations";

    public static TheoryData<string> Steps => ["suspend", "resume", "terminate", "rewind", "restart"];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_suspended_one_goes_on_when_it_is_resumed()
    {
        using var client = service.Client();
        await StartAsync(Names.Wait, "pause-1", "x");

        await TakeAsync(client, "pause-1", "suspend", "maintenance");
        await TakeAsync(client, "pause-1", "suspend");
        await Service.WaitForAsync(client, $"{Path}/pause-1", state => Text(state, "status") == "suspended");
        await service.Hub.RaiseEventAsync("pause-1", "go", "went", Cancellation);
        Assert.Equal("suspended", Text(await Service.GetAsync(client, $"{Path}/pause-1"), "status"));
        await TakeAsync(client, "pause-1", "resume");
        var ended = await Service.WaitForAsync(client, $"{Path}/pause-1", state => Text(state, "status") == "completed");

        Assert.Equal("\"went\"", Text(ended, "output"));
        var history = await Service.GetAsync(client, $"{Path}/pause-1/history");
        Assert.Contains(
            history["data"]!.AsArray(),
            entry => Text(entry, "event") == "ExecutionSuspended" && Text(entry, "input") == "maintenance");
    }

    [Fact]
    public async Task A_terminated_one_has_ended_with_the_reason_given()
    {
        using var client = service.Client();
        await StartAsync(Names.Wait, "end-1", "x");

        await TakeAsync(client, "end-1", "terminate", "not needed");
        var ended = await Service.WaitForAsync(client, $"{Path}/end-1", state => Text(state, "status") == "terminated");
        await TakeAsync(client, "end-1", "terminate");

        Assert.Equal("\"not needed\"", Text(ended, "output"));
        foreach (var step in new[] { "suspend", "resume", "rewind" })
            await RefusedAsync(client, "end-1", step, HttpStatusCode.Conflict, "orchestration.state_conflict");
    }

    [Fact]
    public async Task A_completed_one_can_no_longer_be_terminated()
    {
        using var client = service.Client();
        await StartAsync(Names.Breakable, "whole-1", "x");
        await service.Hub.WaitForInstanceCompletionAsync("whole-1", Cancellation);

        await RefusedAsync(client, "whole-1", "terminate", HttpStatusCode.Conflict, "orchestration.state_conflict");
    }

    [Fact]
    public async Task A_failed_one_goes_on_when_it_is_rewound()
    {
        using var client = service.Client();
        await BreakAsync("mend-1");

        await TakeAsync(client, "mend-1", "rewind", "mended");
        await Service.WaitForAsync(client, $"{Path}/mend-1", state => Text(state, "status") == "completed");

        await RefusedAsync(client, "mend-1", "rewind", HttpStatusCode.Conflict, "orchestration.state_conflict");
    }

    [Fact]
    public async Task A_restart_runs_the_same_under_a_new_id()
    {
        using var client = service.Client();
        await BreakAsync("again-1");

        using var answer = await PostAsync(client, "again-1", "restart", null);
        var restarted = await Service.ReadAsync(answer);
        var location = answer.Headers.Location!.ToString();
        var state = await Service.WaitForAsync(client, location, now => Text(now, "status") == "completed");

        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        Assert.Equal("again-1", Text(restarted, "restarted_from"));
        Assert.Equal((Text(restarted, "id"), "\"x\""), (Text(state, "id"), Text(state, "input")));
        Assert.Equal("failed", Text(await Service.GetAsync(client, $"{Path}/again-1"), "status"));
    }

    [Fact]
    public async Task One_that_has_not_ended_is_neither_restarted_nor_deleted()
    {
        using var client = service.Client();
        await StartAsync(Names.Wait, "live-1", "x");

        await RefusedAsync(client, "live-1", "restart", HttpStatusCode.Conflict, "orchestration.state_conflict");
        using var deleted = await client.DeleteAsync($"{Path}/live-1", Cancellation);
        await ProblemAssert.IsProblemAsync(deleted, HttpStatusCode.Conflict, "orchestration.state_conflict");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_deleted_one_is_gone_with_its_children_when_asked_to(bool recursive)
    {
        using var client = service.Client();
        var id = $"gone-{recursive}";
        await StartAsync(Names.Round, id, new { name = "x" });
        await service.Hub.WaitForInstanceCompletionAsync(id, Cancellation);
        var history = await Service.GetAsync(client, $"{Path}/{id}/history");
        var child = Text(history["data"]!.AsArray().Single(entry => Text(entry, "event") == "SubOrchestrationInstanceCreated"), "instance_id")!;

        using var deleted = await client.DeleteAsync($"{Path}/{id}?recursive={(recursive ? "true" : "false")}", Cancellation);
        using var again = await client.DeleteAsync($"{Path}/{id}", Cancellation);
        using var left = await client.GetAsync($"{Path}/{Uri.EscapeDataString(child)}", Cancellation);

        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        await ProblemAssert.IsProblemAsync(again, HttpStatusCode.NotFound, "orchestration.not_found");
        Assert.Equal(recursive ? HttpStatusCode.NotFound : HttpStatusCode.OK, left.StatusCode);
    }

    [Theory]
    [MemberData(nameof(Steps))]
    public async Task A_step_for_an_unknown_one_without_the_key_or_with_a_wrong_body_is_refused(string step)
    {
        using var client = service.Client();
        using var stranger = service.Stranger();
        await StartAsync(Names.Wait, $"strict-{step}", "x");

        await RefusedAsync(client, "nobody", step, HttpStatusCode.NotFound, "orchestration.not_found");
        await RefusedAsync(stranger, "nobody", step, HttpStatusCode.Unauthorized, "access.unauthenticated");
        await RefusedAsync(client, $"strict-{step}", step, HttpStatusCode.UnprocessableEntity, "body.invalid", """{"reasons":"x"}""");
        await RefusedAsync(client, $"strict-{step}", step, HttpStatusCode.UnprocessableEntity, "body.invalid", """{"reason":7}""");
        await RefusedAsync(client, $"strict-{step}", step, HttpStatusCode.BadRequest, "body.malformed", "{");
        await RefusedAsync(client, $"strict-{step}", step, HttpStatusCode.UnsupportedMediaType, "body.not_json", "x", "text/plain");
        Assert.NotEqual("terminated", Text(await Service.GetAsync(client, $"{Path}/strict-{step}"), "status"));
    }

    private static string? Text(JsonNode? node, string member) => node?[member]?.GetValue<string>();

    private static Task<HttpResponseMessage> PostAsync(HttpClient client, string id, string step, string? reason) => reason is null
        ? client.PostAsync($"{Path}/{id}/{step}", null, Cancellation)
        : client.PostAsJsonAsync($"{Path}/{id}/{step}", new { reason }, Cancellation);

    private static async Task TakeAsync(HttpClient client, string id, string step, string? reason = null)
    {
        using var answer = await PostAsync(client, id, step, reason);
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        Assert.Equal($"{Path}/{id}", answer.Headers.Location?.ToString());
        Assert.Equal(id, Text(await Service.ReadAsync(answer), "id"));
    }

    private static async Task RefusedAsync(
        HttpClient client, string id, string step, HttpStatusCode status, string code, string? body = null, string type = "application/json")
    {
        using var content = body is null ? null : new StringContent(body, Encoding.UTF8, type);
        using var answer = await client.PostAsync($"{Path}/{id}/{step}", content, Cancellation);
        await ProblemAssert.IsProblemAsync(answer, status, code);
    }

    private Task<string> StartAsync(string name, string id, object input) =>
        service.Hub.ScheduleNewOrchestrationInstanceAsync(name, input, new StartOrchestrationOptions(id), Cancellation);

    /// <summary>Leaves behind one that has failed, and what it failed by mended.</summary>
    private async Task BreakAsync(string id)
    {
        service.Orchestrations.Broken = true;
        await StartAsync(Names.Breakable, id, "x");
        await service.Hub.WaitForInstanceCompletionAsync(id, Cancellation);
        service.Orchestrations.Broken = false;
    }
}
