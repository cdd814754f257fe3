using Pao.EndToEnd.Tests.Programs;

namespace Pao.EndToEnd.Tests;

/// <summary>A bundle on its way through real processes.</summary>
public sealed class BundleTests : EndToEndTest
{
    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task A_bundle_whose_components_fail_waits_for_a_person_is_killed_and_completes_after_a_retry(string store)
    {
        var pao = Pao(await NewDatabaseAsync(store));
        await pao.StartAsync();
        await Sandbox.BreakAsync(1);
        var id = await pao.Api.SubmitAsync(Workload.Bundle.Item, Named("shop"));
        Assert.Equal("failed", await pao.Api.EndOfAsync(id));
        Assert.Equal(["failed", "failed", "blocked"], await StatesAsync(pao, id));
        await Sandbox.BreakAsync(0);

        await pao.KillAsync();
        await pao.StartAsync();
        using var retry = await pao.Api.SendAsync(HttpMethod.Post, $"/requests/{id}/retry");
        Assert.True(retry.IsSuccessStatusCode, await retry.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        await Until.TrueAsync(async () => await pao.Api.StatusAsync(id) == "completed", () => "the retried bundle completes");

        Assert.Equal(["completed", "completed", "completed"], await StatesAsync(pao, id));
        await AssertEffectsAsync([id], Workload.Bundle.Actions);
        await Workload.Bundle.AssertHistoriesAsync(pao.Api, id);
    }

    private static async Task<IEnumerable<string?>> StatesAsync(PaoProcess pao, string id) =>
        ((await pao.Api.GetAsync($"/requests/{id}"))["components"]?.AsArray() ?? []).Select(one => (string?)one?["status"]);
}
