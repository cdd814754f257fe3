using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Pao.Api.Tests.Harness;

namespace Pao.Api.Tests.Orchestrations;

/// <summary>What an operator does to a request's own orchestration never makes the request lie.</summary>
public sealed class RequestOrchestrationTests(Service service) : IClassFixture<Service>
{
    private const string Path = "/api/v1/orchestrations";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_request_in_work_fails_with_the_termination_and_goes_on_by_a_retry()
    {
        using var client = service.Client();
        var id = await SubmitFailingAsync(client);
        await TakeAsync(client, $"{Path}/{id}/suspend");
        await Service.WaitForAsync(client, $"{Path}/{id}", state => Text(state, "status") == "suspended");
        await TakeAsync(client, $"/api/v1/requests/{id}/retry");
        Assert.Equal("in_progress", Text(await Service.GetAsync(client, $"/api/v1/requests/{id}"), "status"));

        await TakeAsync(client, $"{Path}/{id}/terminate", "wrong cluster");

        var request = await Service.GetAsync(client, $"/api/v1/requests/{id}");
        Assert.Equal(("failed", "orchestration.terminated"), (Text(request, "status"), Text(request["error"], "code")));
        var log = (await Service.GetAsync(client, $"/api/v1/requests/{id}/logs"))["data"]!.AsArray().Select(line => Text(line, "message"));
        Assert.Contains("local-admin asked the hub to terminate the orchestration: wrong cluster", log);
        Assert.Contains("local-admin asked the hub to suspend the orchestration.", log);
        await TakeAsync(client, $"/api/v1/requests/{id}/retry");
        await Service.WaitForStatusAsync(client, id, "completed");
        Assert.Single(service.Target.CallsOf(Guid.Parse(id)), call => call.Path == "/first");
    }

    [Fact]
    public async Task A_suspended_request_goes_on_when_its_orchestration_is_resumed()
    {
        using var client = service.Client();
        var id = await SubmitFailingAsync(client);
        await TakeAsync(client, $"{Path}/{id}/suspend");
        await TakeAsync(client, $"/api/v1/requests/{id}/retry");

        await TakeAsync(client, $"{Path}/{id}/resume");

        await Service.WaitForStatusAsync(client, id, "completed");
    }

    [Theory]
    [InlineData("rewind")]
    [InlineData("restart")]
    public async Task What_a_request_runs_again_is_its_own_decision(string step)
    {
        using var client = service.Client();
        var id = await SubmitFailingAsync(client);
        await TakeAsync(client, $"{Path}/{id}/terminate");

        using var answer = await client.PostAsync($"{Path}/{id}/{step}", null, Cancellation);

        var problem = await ProblemAssert.IsProblemAsync(answer, HttpStatusCode.Conflict, "orchestration.of_request");
        Assert.Contains($"POST /api/v1/requests/{id}/retry", Text(problem, "detail"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_history_of_a_request_is_deleted_when_it_is_over_and_not_before()
    {
        using var client = service.Client();
        var id = await SubmitFailingAsync(client);
        await TakeAsync(client, $"{Path}/{id}/terminate");
        await Service.WaitForAsync(client, $"{Path}/{id}", state => Text(state, "status") == "terminated");

        using var early = await client.DeleteAsync($"{Path}/{id}", Cancellation);
        await TakeAsync(client, $"/api/v1/requests/{id}/abort");
        using var late = await client.DeleteAsync($"{Path}/{id}", Cancellation);

        await ProblemAssert.IsProblemAsync(early, HttpStatusCode.Conflict, "orchestration.of_request");
        Assert.Equal(HttpStatusCode.NoContent, late.StatusCode);
        Assert.Equal("aborted", Text(await Service.GetAsync(client, $"/api/v1/requests/{id}"), "status"));
        using var history = await client.GetAsync($"/api/v1/requests/{id}/history", Cancellation);
        await ProblemAssert.IsProblemAsync(history, HttpStatusCode.NotFound, "request.history_not_found");
    }

    private static string? Text(JsonNode? node, string member) => node?[member]?.GetValue<string>();

    private static async Task TakeAsync(HttpClient client, string path, string? reason = null)
    {
        using var answer = reason is null
            ? await client.PostAsync(path, null, Cancellation)
            : await client.PostAsJsonAsync(path, new { reason }, Cancellation);
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
    }

    private async Task<string> SubmitFailingAsync(HttpClient client)
    {
        service.Target.Fail(times: 1, status: 400);
        var submitted = await Service.SubmitAsync(client, TestCatalog.Steps, new { name = "web", count = 1 });
        var id = Text(submitted, "id") ?? throw new InvalidOperationException("No id.");
        await Service.WaitForStatusAsync(client, id, "failed");
        return id;
    }
}
