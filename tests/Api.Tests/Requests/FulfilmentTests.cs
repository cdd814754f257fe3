using System.Net;
using System.Net.Http.Json;
using Pao.Api.Tests.Harness;

namespace Pao.Api.Tests.Requests;

public sealed class FulfilmentTests(Service service) : IClassFixture<Service>
{
    private static readonly string[] Labels = ["a"];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_request_whose_second_action_fails_twice_completes_with_one_payload_per_key()
    {
        using var client = service.Client();
        service.Target.Fail(times: 2, status: 503);

        var id = await SubmitAsync(client);
        await Service.WaitForStatusAsync(client, id, "completed");

        var calls = service.Target.CallsOf(Guid.Parse(id)).ToList();
        Assert.Equal(["/first", "/flaky", "/flaky", "/flaky", "/third"], calls.Select(call => call.Path));
        Assert.All(calls.GroupBy(call => call.Key), tries => Assert.Single(tries.Select(call => call.Body).Distinct()));
        Assert.Equal(3, calls.Select(call => call.Key).Distinct().Count());
        Assert.Equal("""{"first": "made-1", "name": "web"}""", calls[^1].Body);
    }

    [Fact]
    public async Task The_history_shows_tries_and_the_timers_between_them_in_order()
    {
        using var client = service.Client();
        service.Target.Fail(times: 2, status: 503);
        var id = await SubmitAsync(client);
        await Service.WaitForStatusAsync(client, id, "completed");

        var history = await Service.GetAsync(client, $"/api/v1/requests/{id}/history");

        var events = history["events"]!.AsArray()
            .Where(entry => entry?["name"]?.GetValue<string>() == "ExecuteAction" || entry?["event"]?.GetValue<string>().StartsWith("Timer", StringComparison.Ordinal) is true)
            .Select(entry => $"{entry?["event"]} {entry?["try"]}".Trim());
        Assert.Equal(
            [
                "TaskScheduled 1", "TaskCompleted 1",
                "TaskScheduled 1", "TaskFailed 1", "TimerCreated", "TimerFired",
                "TaskScheduled 2", "TaskFailed 2", "TimerCreated", "TimerFired",
                "TaskScheduled 3", "TaskCompleted 3",
                "TaskScheduled 1", "TaskCompleted 1",
            ],
            events);
    }

    [Fact]
    public async Task A_failed_request_keeps_its_error_and_goes_on_after_a_retry()
    {
        using var client = service.Client();
        service.Target.Fail(times: 1, status: 400);
        var id = await SubmitAsync(client);

        var failed = await Service.WaitForStatusAsync(client, id, "failed");
        Assert.Equal("second", failed["error"]?["action"]?.GetValue<string>());
        Assert.Equal(1, failed["error"]?["attempts"]?.GetValue<int>());
        Assert.Equal("""{"completed":1,"total":3}""", failed["progress"]?.ToJsonString());

        using var retried = await client.PostAsJsonAsync($"/api/v1/requests/{id}/retry", new { reason = "fixed" }, Cancellation);
        Assert.Equal(HttpStatusCode.Accepted, retried.StatusCode);
        await Service.WaitForStatusAsync(client, id, "completed");

        var calls = service.Target.CallsOf(Guid.Parse(id)).ToList();
        Assert.Equal(["/first", "/flaky", "/flaky", "/third"], calls.Select(call => call.Path));
        Assert.Single(calls.Where(call => call.Path == "/flaky").Distinct());
        Assert.Null((await Service.GetAsync(client, $"/api/v1/requests/{id}"))["error"]);
    }

    [Fact]
    public async Task An_aborted_request_ends_and_refuses_a_retry()
    {
        using var client = service.Client();
        service.Target.Fail(times: 1, status: 400);
        var id = await SubmitAsync(client);
        await Service.WaitForStatusAsync(client, id, "failed");

        using var aborted = await client.PostAsync($"/api/v1/requests/{id}/abort", null, Cancellation);
        using var again = await client.PostAsync($"/api/v1/requests/{id}/abort", null, Cancellation);
        using var retried = await client.PostAsync($"/api/v1/requests/{id}/retry", null, Cancellation);

        Assert.Equal((HttpStatusCode.Accepted, HttpStatusCode.Accepted), (aborted.StatusCode, again.StatusCode));
        Assert.Equal("aborted", (await Service.ReadAsync(again))["status"]?.GetValue<string>());
        await ProblemAssert.IsProblemAsync(retried, HttpStatusCode.Conflict, "request.state_conflict");
        Assert.DoesNotContain(service.Target.CallsOf(Guid.Parse(id)), call => call.Path == "/third");
    }

    [Fact]
    public async Task A_decision_is_refused_while_nobody_waits_for_one()
    {
        using var client = service.Client();
        var id = (await Service.SubmitAsync(client, TestCatalog.Echo, new { name = "web" }))["id"]!.GetValue<string>();
        await Service.WaitForStatusAsync(client, id, "completed");

        using var answer = await client.PostAsync($"/api/v1/requests/{id}/retry", null, Cancellation);

        await ProblemAssert.IsProblemAsync(answer, HttpStatusCode.Conflict, "request.state_conflict");
    }

    [Fact]
    public async Task A_template_that_cannot_be_rendered_stops_the_request_before_any_call()
    {
        using var client = service.Client();
        var id = (await Service.SubmitAsync(client, TestCatalog.BadTemplate, new { name = "web", labels = Labels }))["id"]!.GetValue<string>();

        var failed = await Service.WaitForStatusAsync(client, id, "failed");

        Assert.Equal("template.failed", failed["error"]?["code"]?.GetValue<string>());
        Assert.Empty(service.Target.CallsOf(Guid.Parse(id)));
    }

    [Fact]
    public async Task The_log_tells_each_attempt_in_order()
    {
        using var client = service.Client();
        service.Target.Fail(times: 1, status: 503);
        var id = await SubmitAsync(client);
        await Service.WaitForStatusAsync(client, id, "completed");

        var log = (await Service.GetAsync(client, $"/api/v1/requests/{id}/logs"))["data"]!.AsArray()
            .Select(line => line?["message"]?.GetValue<string>().Split(':')[0]);

        Assert.Equal(
            [
                "Submitted for compute-steps-standard 1.0.0.", "Started", "Started (attempt 1)", "Done (attempt 1)",
                "Started (attempt 1)", "Failed (attempt 1)", "Started (attempt 2)", "Probed (attempt 2)", "Done (attempt 2)",
                "Started (attempt 1)", "Done (attempt 1)", "Completed.",
            ],
            log);
    }

    private static async Task<string> SubmitAsync(HttpClient client) =>
        (await Service.SubmitAsync(client, TestCatalog.Steps, new { name = "web" }))["id"]!.GetValue<string>();
}
