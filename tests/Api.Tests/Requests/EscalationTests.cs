using System.Net;
using System.Net.Http.Json;
using Pao.Api.Tests.Harness;

namespace Pao.Api.Tests.Requests;

/// <summary>A service whose operator has configured whom to ask.</summary>
public sealed class EscalationTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Others_are_asked_once_and_where_is_kept()
    {
        await using var asked = await Target.StartAsync();
        await using var service = new Service
        {
            Settings = new Dictionary<string, string>
            {
                ["Pao:Escalation:Type"] = "webhook",
                ["Pao:Escalation:Config:Endpoint:Url"] = $"{asked.Address}tickets",
                ["Pao:Escalation:Config:Body:Template:Summary"] = "{{ metadata.name }} failed at {{ output.failure.action }} for {{ request.user.id }}",
                ["Pao:Escalation:Config:Body:Template:Details"] = "{{ output.failure.reason }}: {{ output.failure.message }}",
            },
        };
        await service.InitializeAsync();
        using var client = service.Client();
        service.Target.Fail(times: 1, status: 400);
        var id = (string?)(await Service.SubmitAsync(client, TestCatalog.Steps, new { name = "web" }))["id"] ?? "";
        await Service.WaitForStatusAsync(client, id, "failed");

        using var escalated = await client.PostAsJsonAsync($"/api/v1/requests/{id}/escalate", new { reason = "Not our quota" }, Cancellation);
        using var again = await client.PostAsync($"/api/v1/requests/{id}/escalate", null, Cancellation);

        Assert.Equal((HttpStatusCode.Accepted, HttpStatusCode.Accepted), (escalated.StatusCode, again.StatusCode));
        Assert.Equal("escalated", (string?)(await Service.ReadAsync(again))["status"]);
        var escalation = await Service.WaitForAsync(client, $"/api/v1/requests/{id}/escalation", now => (string?)now["status"] is "completed");
        Assert.Equal(("local-admin", "Not our quota", "webhook"), ((string?)escalation["escalated_by"], (string?)escalation["reason"], (string?)escalation["type"]));
        var call = Assert.Single(asked.Calls);
        Assert.Contains("compute-steps-standard failed at second for local-admin", call.Body, StringComparison.Ordinal);
        Assert.Contains("Not our quota: POST ", call.Body, StringComparison.Ordinal);
        Assert.Equal($"{id}:@escalation/stop-1:0", call.Key);
        Assert.Contains(
            "Whoever was asked.", (await Service.GetAsync(client, $"/api/v1/requests/{id}/explain"))["who_can_move"]!.AsArray().Select(line => (string?)line));

        using var retried = await client.PostAsync($"/api/v1/requests/{id}/retry", null, Cancellation);
        await Service.WaitForStatusAsync(client, id, "completed");
    }
}
