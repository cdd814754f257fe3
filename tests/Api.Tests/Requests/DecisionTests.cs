using System.Net;
using System.Net.Http.Json;
using Pao.Api.Tests.Harness;

namespace Pao.Api.Tests.Requests;

public sealed class DecisionTests(Service service) : IClassFixture<Service>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_failed_request_tells_what_exists_and_what_to_do_about_it()
    {
        using var client = service.Client();
        var id = await FailAsync(client, status: 400);

        var request = await Service.GetAsync(client, $"/api/v1/requests/{id}");

        var error = request["error"];
        Assert.Equal(("second", 1, "action.rejected"), ((string?)error?["action"], (int?)error?["attempts"], (string?)error?["code"]));
        Assert.Contains("answered 400 Bad Request: not now", (string?)error?["message"], StringComparison.Ordinal);
        Assert.Equal(
            """[{"action":"first","type":"rest-api","state":"done","external_reference":null}]""", error?["exists"]?.ToJsonString());
        Assert.Equal("Delete what first made, if the request is given up.", (string?)error?["suggestions"]?[0]);
        Assert.Equal("automatic", (string?)request["plan"]?["mode"]);
        Assert.Equal("The document says so, and all that its actions need is there.", (string?)request["plan"]?["reason"]);
    }

    [Fact]
    public async Task A_retry_with_corrected_fields_says_first_what_it_does_and_then_does_it()
    {
        using var client = service.Client();
        var id = await FailAsync(client, status: 400);
        var correction = new { fields = new { count = 3 } };

        using var preview = await client.PostAsJsonAsync($"/api/v1/requests/{id}/retry?dry_run=true", correction, Cancellation);
        Assert.Equal(HttpStatusCode.OK, preview.StatusCode);
        Assert.Equal(
            """
            {"changed_fields":["count"],
            "redone":[{"action":"first","type":"rest-api","status":"completed","cancelled":false},
            {"action":"second","type":"rest-api","status":"failed","cancelled":false}],
            "kept":[],"goes_on_with":["second"]}
            """.ReplaceLineEndings(""),
            (await Service.ReadAsync(preview)).ToJsonString());
        Assert.Equal("failed", (string?)(await Service.GetAsync(client, $"/api/v1/requests/{id}/status"))["status"]);

        using var retried = await client.PostAsJsonAsync($"/api/v1/requests/{id}/retry", correction, Cancellation);
        Assert.Equal(HttpStatusCode.Accepted, retried.StatusCode);
        await Service.WaitForStatusAsync(client, id, "completed");

        var calls = service.Target.CallsOf(Guid.Parse(id)).ToList();
        Assert.Equal(
            ["first:0", "second:0", "first:1", "second:1", "third:0"], calls.Select(call => call.Key[(id.Length + 1)..]));
        Assert.Equal("""{"name": "web", "count": 3}""", calls[2].Body);
        Assert.Equal(3, (int?)(await Service.GetAsync(client, $"/api/v1/requests/{id}"))["fields"]?["count"]);
    }

    [Theory]
    [InlineData("""{"fields": {"count": 6}}""", "/fields/count")]
    [InlineData("""{"fields": {"colour": "red"}}""", "/fields/colour")]
    [InlineData("""{"fields": []}""", "/fields")]
    [InlineData("""{"feilds": {}}""", "/feilds")]
    [InlineData("""{"outcome": "perhaps"}""", "/outcome")]
    [InlineData("""{"outputs": {"id": 1}}""", "/outcome")]
    [InlineData("""{"outcome": "happened"}""", "/outcome")]
    [InlineData("""{"reason": ""}""", "/reason")]
    public async Task A_retry_that_does_not_fit_is_refused_by_its_place(string body, string place)
    {
        using var client = service.Client();
        var id = await FailAsync(client, status: 400);

        using var refused = await client.PostAsync($"/api/v1/requests/{id}/retry", Json(body), Cancellation);

        var problem = await ProblemAssert.IsProblemAsync(refused, HttpStatusCode.UnprocessableEntity, "body.invalid");
        Assert.NotNull(problem["errors"]?[place]);
        Assert.Equal("failed", (string?)(await Service.GetAsync(client, $"/api/v1/requests/{id}/status"))["status"]);
    }

    [Fact]
    public async Task What_became_of_an_action_can_be_said_when_nobody_knows()
    {
        using var client = service.Client();
        service.Target.Fail(times: 3, status: 503);
        var id = await SubmitAsync(client);
        await Service.WaitForStatusAsync(client, id, "failed");
        var error = (await Service.GetAsync(client, $"/api/v1/requests/{id}"))["error"];
        Assert.Equal("unknown", (string?)error?["exists"]?[1]?["state"]);
        var explained = await Service.GetAsync(client, $"/api/v1/requests/{id}/explain");
        Assert.Contains(
            "Whoever finds out whether second had its effect, and retries with 'outcome'.",
            explained["who_can_move"]?.AsArray().Select(line => (string?)line) ?? []);

        using var retried = await client.PostAsync(
            $"/api/v1/requests/{id}/retry",
            Json("""{"outcome": "happened", "outputs": {"status": 201}, "external_reference": "https://made.example.com/2"}"""), Cancellation);

        Assert.Equal(HttpStatusCode.Accepted, retried.StatusCode);
        await Service.WaitForStatusAsync(client, id, "completed");
        Assert.Equal(3, service.Target.CallsOf(Guid.Parse(id)).Count(call => call.Path == "/flaky"));
        var second = (await Service.GetAsync(client, $"/api/v1/requests/{id}"))["actions"]?[1];
        Assert.Equal(("completed", "https://made.example.com/2"), ((string?)second?["status"], (string?)second?["external_reference"]));
    }

    [Fact]
    public async Task What_was_begun_cannot_be_cancelled_any_more()
    {
        using var client = service.Client();
        var id = await FailAsync(client, status: 400);

        using var refused = await client.PostAsync($"/api/v1/requests/{id}/cancel", null, Cancellation);

        var problem = await ProblemAssert.IsProblemAsync(refused, HttpStatusCode.Conflict, "request.state_conflict");
        Assert.StartsWith("Too late: the action first was begun", (string?)problem["detail"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_request_that_failed_before_its_first_call_can_be_cancelled()
    {
        using var client = service.Client();
        var id = (string?)(await Service.SubmitAsync(client, TestCatalog.BadTemplate, new { name = "web" }))["id"] ?? "";
        await Service.WaitForStatusAsync(client, id, "failed");

        using var cancelled = await client.PostAsJsonAsync($"/api/v1/requests/{id}/cancel", new { reason = "A mistake." }, Cancellation);
        using var again = await client.PostAsync($"/api/v1/requests/{id}/cancel", null, Cancellation);
        using var retried = await client.PostAsync($"/api/v1/requests/{id}/retry", null, Cancellation);

        Assert.Equal((HttpStatusCode.Accepted, HttpStatusCode.Accepted), (cancelled.StatusCode, again.StatusCode));
        Assert.Equal("cancelled", (string?)(await Service.ReadAsync(cancelled))["status"]);
        await ProblemAssert.IsProblemAsync(retried, HttpStatusCode.Conflict, "request.state_conflict");
    }

    [Fact]
    public async Task Nobody_is_asked_where_nobody_is_configured()
    {
        using var client = service.Client();
        var id = await FailAsync(client, status: 400);

        using var refused = await client.PostAsync($"/api/v1/requests/{id}/escalate", null, Cancellation);
        using var missing = await client.GetAsync($"/api/v1/requests/{id}/escalation", Cancellation);

        await ProblemAssert.IsProblemAsync(refused, HttpStatusCode.Conflict, "request.escalation_unavailable");
        await ProblemAssert.IsProblemAsync(missing, HttpStatusCode.NotFound, "request.escalation_not_found");
    }

    [Fact]
    public async Task An_explanation_names_the_decision_that_is_waited_for()
    {
        using var client = service.Client();
        var id = await FailAsync(client, status: 400);

        var explained = await Service.GetAsync(client, $"/api/v1/requests/{id}/explain");

        Assert.StartsWith("The request is failed and waits for a decision about second: ", (string?)explained["summary"], StringComparison.Ordinal);
        Assert.Equal(
            ("decision", "a person's decision about second", "second"),
            ((string?)explained["waits_for"]?[0]?["kind"], (string?)explained["waits_for"]?[0]?["what"], (string?)explained["waits_for"]?[0]?["action"]));
        Assert.Equal("Its requester or an operator: retry, abort or escalate it.", (string?)explained["who_can_move"]?[0]);
    }

    [Fact]
    public async Task An_explanation_names_the_timer_of_the_next_try()
    {
        using var client = service.Client();
        TestCatalog.WriteItem(
            service.CatalogFolder, "compute-patient-standard", "",
            TestCatalog.Action(service.Target.Address, "second", "flaky").Replace("20ms", "5s", StringComparison.Ordinal)
            + TestCatalog.Action(service.Target.Address, "third", "third"));
        using var refreshed = await client.PostAsync("/api/v1/catalog/refresh", null, Cancellation);
        service.Target.Fail(times: 1, status: 503);
        var id = (string?)(await Service.SubmitAsync(client, "compute-patient-standard", new { name = "web" }))["id"] ?? "";

        var explained = await Service.WaitForAsync(
            client, $"/api/v1/requests/{id}/explain", now => (string?)now["waits_for"]?[0]?["kind"] is "timer" && now["waits_for"]?[0]?["until"] is not null);

        Assert.StartsWith("try 2 of second; the last one failed: ", (string?)explained["waits_for"]?[0]?["what"], StringComparison.Ordinal);
        Assert.Equal("Then comes third (rest-api).", (string?)explained["next"]?[0]);
        await Service.WaitForStatusAsync(client, id, "completed");
    }

    [Fact]
    public async Task An_explanation_of_what_has_ended_names_nothing()
    {
        using var client = service.Client();
        var id = (string?)(await Service.SubmitAsync(client, TestCatalog.Echo, new { name = "web" }))["id"] ?? "";
        await Service.WaitForStatusAsync(client, id, "completed");

        var explained = await Service.GetAsync(client, $"/api/v1/requests/{id}/explain");

        Assert.Equal("The request is completed; nothing moves it any more.", (string?)explained["summary"]);
        Assert.Empty(explained["waits_for"]!.AsArray());
    }

    private static StringContent Json(string body) => new(body, System.Text.Encoding.UTF8, "application/json");

    private static async Task<string> SubmitAsync(HttpClient client) =>
        (string?)(await Service.SubmitAsync(client, TestCatalog.Steps, new { name = "web" }))["id"] ?? "";

    /// <summary>A request whose second action failed.</summary>
    private async Task<string> FailAsync(HttpClient client, int status)
    {
        service.Target.Fail(times: 1, status);
        var id = await SubmitAsync(client);
        await Service.WaitForStatusAsync(client, id, "failed");
        return id;
    }
}
