using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Pao.Api.Tests.Harness;

namespace Pao.Api.Tests.Requests;

/// <summary>A request for a bundle, as people and operators see it.</summary>
public sealed class BundleTests(Service service) : IClassFixture<Service>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_bundle_is_requested_as_an_item_is_and_shows_every_component()
    {
        using var client = service.Client();
        var id = await SubmitAsync(client);
        var status = await Service.WaitForStatusAsync(client, id, "completed");

        Assert.Equal("""{"completed":4,"total":4}""", status["progress"]?.ToJsonString());
        var calls = service.Target.CallsOf(Guid.Parse(id)).ToList();
        Assert.Equal(["/echo", "/first", "/flaky", "/third"], calls.Select(call => call.Path));
        Assert.Equal(
            [$"{id}:base/echo:0", $"{id}:steps/first:0", $"{id}:steps/second:0", $"{id}:steps/third:0"], calls.Select(call => call.Key));
        Assert.Equal("""{"name": "shop-base", "count": 1}""", calls[0].Body);
        Assert.Equal("""{"name": "made-1", "count": 2}""", calls[1].Body);

        var details = await Service.GetAsync(client, $"/api/v1/requests/{id}");
        Assert.Empty(details["actions"]!.AsArray());
        var components = details["components"]!.AsArray();
        Assert.Equal(
            [("base", TestCatalog.Echo, "completed", 1), ("steps", TestCatalog.Steps, "completed", 3)],
            components.Select(one => (Text(one, "id"), Text(one, "catalog_item_id"), Text(one, "status"), one!["actions"]!.AsArray().Count)));
        Assert.Equal("""["base"]""", components[1]!["depends_on"]?.ToJsonString());
        Assert.Equal(("1.0.0", "made-1"), (Text(components[0], "catalog_item_version"), Text(components[0]!["outputs"], "id")));
        Assert.NotNull(components[0]!["started_at"]);
        Assert.NotNull(components[0]!["completed_at"]);
    }

    [Fact]
    public async Task A_failed_component_is_named_and_a_retry_finishes_the_bundle()
    {
        using var client = service.Client();
        service.Target.Fail(times: 1, status: 400);
        var id = await SubmitAsync(client);

        var failed = await Service.WaitForStatusAsync(client, id, "failed");
        Assert.Equal("steps/second", Text(failed, "current_action"));
        Assert.Equal("bundle.failed", Text(failed["error"], "code"));
        var failure = Assert.Single(failed["error"]!["components"]!.AsArray());
        Assert.Equal(("steps", "second", "action.rejected"), (Text(failure, "component"), Text(failure, "action"), Text(failure, "code")));
        Assert.Equal("action.rejected", Text((await ComponentAsync(client, id, 1))["error"], "code"));

        await TakeAsync(client, $"/api/v1/requests/{id}/retry");
        await Service.WaitForStatusAsync(client, id, "completed");

        Assert.Equal(["/echo", "/first", "/flaky", "/flaky", "/third"], service.Target.CallsOf(Guid.Parse(id)).Select(call => call.Path));
        Assert.Null((await ComponentAsync(client, id, 1))["error"]);
    }

    [Fact]
    public async Task A_change_of_the_catalog_never_touches_a_running_bundle()
    {
        using var client = service.Client();
        service.Target.Fail(times: 1, status: 400);
        var id = await SubmitAsync(client);
        await Service.WaitForStatusAsync(client, id, "failed");

        TestCatalog.WriteBundle(service.CatalogFolder, TestCatalog.Bundle, TestCatalog.Steps, "2.0.0");
        var steps = Path.Combine(service.CatalogFolder, "compute", $"{TestCatalog.Steps}.yaml");
        var written = await File.ReadAllTextAsync(steps, Cancellation);
        await File.WriteAllTextAsync(
            steps,
            written.Replace("version: 1.0.0", "version: 3.0.0", StringComparison.Ordinal).Replace("third\"", "changed\"", StringComparison.Ordinal),
            Cancellation);
        using var refreshed = await client.PostAsync("/api/v1/catalog/refresh", null, Cancellation);
        Assert.Equal("3.0.0", Text(await Service.GetAsync(client, $"/api/v1/catalog/items/{TestCatalog.Steps}"), "version"));

        await TakeAsync(client, $"/api/v1/requests/{id}/retry");
        await Service.WaitForStatusAsync(client, id, "completed");

        Assert.Equal("/third", service.Target.CallsOf(Guid.Parse(id)).Last().Path);
        Assert.Equal("1.0.0", Text(await Service.GetAsync(client, $"/api/v1/requests/{id}"), "catalog_item_version"));
        Assert.Equal("1.0.0", Text(await ComponentAsync(client, id, 1), "catalog_item_version"));
        TestCatalog.Write(service.CatalogFolder, service.Target.Address);
        using var restored = await client.PostAsync("/api/v1/catalog/refresh", null, Cancellation);
    }

    [Fact]
    public async Task A_form_that_is_not_filled_in_and_an_item_after_its_sunset_are_refused()
    {
        using var client = service.Client();

        using var incomplete = await PostAsync(client, TestCatalog.Bundle, new { });
        using var sunset = await PostAsync(client, TestCatalog.SunsetBundle, new { name = "shop" });

        var problem = await ProblemAssert.IsProblemAsync(incomplete, HttpStatusCode.UnprocessableEntity, "body.invalid");
        Assert.NotNull(problem["errors"]?["/fields/name"]);
        await ProblemAssert.IsProblemAsync(sunset, HttpStatusCode.Conflict, "catalog_item.unavailable");
    }

    [Fact]
    public async Task Histories_show_the_components_and_each_component_has_its_own()
    {
        using var client = service.Client();
        var id = await SubmitAsync(client);
        await Service.WaitForStatusAsync(client, id, "completed");

        var history = await Service.GetAsync(client, $"/api/v1/requests/{id}/history");
        var own = await Service.GetAsync(client, $"/api/v1/requests/{id}/history?component=steps");
        using var unknown = await client.GetAsync($"/api/v1/requests/{id}/history?component=other", Cancellation);

        Assert.Equal(
            [$"{id}:base", $"{id}:steps"],
            history["events"]!.AsArray()
                .Where(e => Text(e, "event") == "SubOrchestrationInstanceCreated").Select(e => Text(e, "instance_id")));
        Assert.Equal("FulfilComponent", Text(own, "orchestrator"));
        Assert.Contains(own["events"]!.AsArray(), e => Text(e, "name") == "ExecuteAction");
        await ProblemAssert.IsProblemAsync(unknown, HttpStatusCode.NotFound, "request.history_not_found");
    }

    [Fact]
    public async Task Log_lines_say_which_component_they_are_about()
    {
        using var client = service.Client();
        var id = await SubmitAsync(client);
        await Service.WaitForStatusAsync(client, id, "completed");

        var log = (await Service.GetAsync(client, $"/api/v1/requests/{id}/logs"))["data"]!.AsArray();

        Assert.Contains(log, line => (Text(line, "component"), Text(line, "action")) == ("steps", "second"));
        Assert.Contains(log, line => (Text(line, "component"), Text(line, "message")) == ("base", "Component completed."));
    }

    [Fact]
    public async Task An_operator_ends_and_deletes_a_bundle_with_its_components_and_runs_none_of_them_again()
    {
        using var client = service.Client();
        service.Target.Fail(times: 1, status: 400);
        var id = await SubmitAsync(client);
        await Service.WaitForStatusAsync(client, id, "failed");

        using var rewound = await client.PostAsync($"/api/v1/orchestrations/{id}:base/restart", null, Cancellation);
        await TakeAsync(client, $"/api/v1/orchestrations/{id}/terminate");
        await Service.WaitForAsync(client, $"/api/v1/orchestrations/{id}:steps", state => Text(state, "status") == "terminated");
        using var early = await client.DeleteAsync($"/api/v1/orchestrations/{id}:base", Cancellation);
        await TakeAsync(client, $"/api/v1/requests/{id}/abort");
        using var deleted = await client.DeleteAsync($"/api/v1/orchestrations/{id}", Cancellation);

        await ProblemAssert.IsProblemAsync(rewound, HttpStatusCode.Conflict, "orchestration.of_request");
        await ProblemAssert.IsProblemAsync(early, HttpStatusCode.Conflict, "orchestration.of_request");
        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        using var gone = await client.GetAsync($"/api/v1/orchestrations/{id}:base", Cancellation);
        await ProblemAssert.IsProblemAsync(gone, HttpStatusCode.NotFound, "orchestration.not_found");
    }

    private static string? Text(JsonNode? node, string member) => node?[member]?.GetValue<string>();

    private static async Task<string> SubmitAsync(HttpClient client) =>
        Text(await Service.SubmitAsync(client, TestCatalog.Bundle, new { name = "shop" }), "id")
        ?? throw new InvalidOperationException("No id.");

    private static async Task<JsonNode> ComponentAsync(HttpClient client, string id, int index) =>
        (await Service.GetAsync(client, $"/api/v1/requests/{id}"))["components"]?[index]
        ?? throw new InvalidOperationException($"The request has no component {index}.");

    private static Task<HttpResponseMessage> PostAsync(HttpClient client, string bundle, object fields) =>
        client.PostAsJsonAsync("/api/v1/requests", new { catalog_item_id = bundle, fields }, Cancellation);

    private static async Task TakeAsync(HttpClient client, string path)
    {
        using var answer = await client.PostAsync(path, null, Cancellation);
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
    }
}
