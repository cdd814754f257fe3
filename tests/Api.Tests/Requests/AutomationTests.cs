using System.Net;
using System.Net.Http.Json;
using Pao.Api.Tests.Harness;

namespace Pao.Api.Tests.Requests;

public sealed class AutomationTests(Service service) : IClassFixture<Service>
{
    private const string Switch = $"/api/v1/catalog/items/{TestCatalog.Echo}/automation";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_operator_switches_the_automation_of_one_item_off_and_on_again()
    {
        using var client = service.Client();

        using var off = await client.PutAsJsonAsync(Switch, new { automatic = false, reason = "It charges twice." }, Cancellation);
        using var again = await client.PutAsJsonAsync(Switch, new { automatic = false }, Cancellation);
        Assert.Equal((HttpStatusCode.NoContent, HttpStatusCode.NoContent), (off.StatusCode, again.StatusCode));
        var listed = (await Service.GetAsync(client, "/api/v1/catalog/automation"))["data"]?[0];
        Assert.Equal((TestCatalog.Echo, "It charges twice."), ((string?)listed?["catalog_item_id"], (string?)listed?["reason"]));
        Assert.Equal(("manual", "local-admin has switched the automation of compute-echo-standard off: It charges twice."), await PlanAsync(client));

        using var on = await client.PutAsJsonAsync(Switch, new { automatic = true }, Cancellation);
        Assert.Equal("automatic", (await PlanAsync(client)).Mode);
        Assert.Empty((await Service.GetAsync(client, "/api/v1/catalog/automation"))["data"]!.AsArray());
    }

    [Fact]
    public async Task What_is_no_switch_is_refused()
    {
        using var client = service.Client();

        using var wrong = await client.PutAsJsonAsync(Switch, new { automatic = "no" }, Cancellation);
        using var missing = await client.PutAsJsonAsync("/api/v1/catalog/items/none/automation", new { automatic = true }, Cancellation);

        await ProblemAssert.IsProblemAsync(wrong, HttpStatusCode.UnprocessableEntity, "body.invalid");
        await ProblemAssert.IsProblemAsync(missing, HttpStatusCode.NotFound, "catalog_item.not_found");
    }

    private static async Task<(string? Mode, string? Reason)> PlanAsync(HttpClient client)
    {
        var id = (string?)(await Service.SubmitAsync(client, TestCatalog.Echo, new { name = "web" }))["id"] ?? "";
        var request = await Service.WaitForAsync(client, $"/api/v1/requests/{id}", now => now["plan"] is not null);
        return ((string?)request["plan"]?["mode"], (string?)request["plan"]?["reason"]);
    }
}
