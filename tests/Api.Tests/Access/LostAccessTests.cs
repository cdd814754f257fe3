using System.Net;
using System.Net.Http.Json;
using Pao.Api.Tests.Harness;

namespace Pao.Api.Tests.Access;

/// <summary>Who loses access, or its team, is told nothing more; what it requested goes on.</summary>
public sealed class LostAccessTests(Service service) : IClassFixture<Service>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_call_that_waits_is_told_nothing_more_and_the_request_goes_on()
    {
        foreach (var member in (string[])["submitter", "disabled", "moved"])
            await service.EnrolAsync(member, [], ["shop"]);
        using var admin = service.Client();
        using var submitter = service.ClientOf("submitter");
        using var disabled = service.ClientOf("disabled");
        using var moved = service.ClientOf("moved");
        service.Target.Fail(times: 1, status: 400);
        var id = await SubmitAsync(submitter);
        foreach (var client in new[] { submitter, disabled, moved }) // who was seen just now is let in without a look at the database
            await Service.WaitForStatusAsync(client, id, "failed");

        var waiting = new[] { submitter, disabled, moved }
            .Select(client => client.GetAsync($"/api/v1/requests/{id}/status?wait=60s", Cancellation)).ToList();
        await service.EnrolAsync("submitter", [], ["shop"], disabled: true);
        await service.EnrolAsync("disabled", [], ["shop"], disabled: true);
        await service.EnrolAsync("moved", [], ["pay"]);
        await WaitForAsync(submitter, id, HttpStatusCode.Unauthorized);
        await WaitForAsync(disabled, id, HttpStatusCode.Unauthorized);
        await WaitForAsync(moved, id, HttpStatusCode.NotFound);
        Assert.DoesNotContain(waiting, call => call.IsCompleted);
        using var retried = await admin.PostAsync($"/api/v1/requests/{id}/retry", content: null, Cancellation);

        foreach (var call in waiting)
        {
            using var answer = await call;
            await ProblemAssert.IsProblemAsync(answer, HttpStatusCode.NotFound, "request.not_found");
        }

        await Service.WaitForStatusAsync(admin, id, "completed");
    }

    [Fact]
    public async Task A_call_whose_key_is_disabled_while_it_waits_is_told_nothing_more()
    {
        await service.EnrolAsync("holder", [], ["shop"]);
        using var admin = service.Client();
        using var holder = service.ClientOf("holder");
        using var issued = await admin.PostAsync("/api/v1/principals/holder/keys", content: null, Cancellation);
        var key = (string?)(await Service.ReadAsync(issued))["id"] ?? "";
        holder.DefaultRequestHeaders.Add(SignIn.KeyHeader, key);
        service.Target.Fail(times: 1, status: 400);
        var id = await SubmitAsync(holder);
        await Service.WaitForStatusAsync(holder, id, "failed");

        var waiting = holder.GetAsync($"/api/v1/requests/{id}/status?wait=60s", Cancellation);
        using var disabled = await admin.PostAsync($"/api/v1/principals/holder/keys/{key}/disable", content: null, Cancellation);
        disabled.EnsureSuccessStatusCode();
        Assert.False(waiting.IsCompleted);
        using var retried = await admin.PostAsync($"/api/v1/requests/{id}/retry", content: null, Cancellation);

        using var answer = await waiting;
        await ProblemAssert.IsProblemAsync(answer, HttpStatusCode.NotFound, "request.not_found");
        await Service.WaitForStatusAsync(admin, id, "completed");
    }

    private static async Task<string> SubmitAsync(HttpClient client)
    {
        using var answer = await client.PostAsJsonAsync(
            "/api/v1/requests", new { catalog_item_id = TestCatalog.Steps, fields = new { name = "web" }, team = "shop" }, Cancellation);
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        return (string?)(await Service.ReadAsync(answer))["id"] ?? "";
    }

    /// <summary>Asks until the change is known: it may go unnoticed for some seconds.</summary>
    private static async Task WaitForAsync(HttpClient client, string id, HttpStatusCode status)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
        for (var tries = 0; tries < 200; tries++)
        {
            using var answer = await client.GetAsync($"/api/v1/requests/{id}", Cancellation);
            if (answer.StatusCode == status)
                return;
            await timer.WaitForNextTickAsync(Cancellation);
        }

        Assert.Fail($"The answer did not become {status}.");
    }
}
