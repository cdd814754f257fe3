using Pao.EndToEnd.Tests.Programs;

namespace Pao.EndToEnd.Tests;

public sealed class MainRoadTests : EndToEndTest
{
    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task A_request_whose_second_action_fails_twice_completes_and_says_how(string store)
    {
        var pao = Pao(await NewDatabaseAsync(store));
        await pao.StartAsync();

        var id = await pao.Api.SubmitAsync("testing-three-steps", Named("main road"));
        var status = await pao.Api.EndOfAsync(id);

        Assert.Equal("completed", status);
        await AssertEffectsAsync([id], "first", "second", "third");
        Assert.Equal(2, (await Sandbox.LedgerAsync()).Count(entry => entry.Key == $"{id}:second:0" && entry.Status == 503));
        await AssertHistoryAsync(pao.Api, id);

        var tries = (await pao.Api.HistoryAsync(id))
            .SkipWhile(e => !((string?)e["input"] ?? "").Contains("/flaky/2/", StringComparison.Ordinal) || (string?)e["name"] != "ExecuteAction")
            .Select(e => (string?)e["event"])
            .Where(e => e is "TaskScheduled" or "TaskFailed" or "TimerCreated" or "TimerFired" or "TaskCompleted")
            .Take(9);
        Assert.Equal(
            [
                "TaskScheduled", "TaskFailed", "TimerCreated", "TimerFired", "TaskScheduled", "TaskFailed", "TimerCreated", "TimerFired",
                "TaskScheduled",
            ],
            tries);

        var details = await pao.Api.GetAsync($"/requests/{id}");
        Assert.Equal(3, (int?)details["actions"]?[1]?["attempts"]);
        Assert.NotEmpty((await pao.Api.GetAsync($"/requests/{id}/logs"))["data"]?.AsArray() ?? []);
    }

    [Fact]
    public async Task A_failed_request_waits_for_a_person_and_a_retry_finishes_it()
    {
        var pao = Pao();
        await pao.StartAsync();
        await Sandbox.BreakAsync(1);
        var id = await pao.Api.SubmitAsync("testing-three-steps", Named("broken"));

        Assert.Equal("failed", await pao.Api.EndOfAsync(id));
        await Sandbox.BreakAsync(0);
        using var retry = await pao.Api.SendAsync(HttpMethod.Post, $"/requests/{id}/retry");
        Assert.True(retry.IsSuccessStatusCode, await retry.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        await Until.TrueAsync(async () => await pao.Api.StatusAsync(id) == "completed", () => "the retried request completes");

        await AssertEffectsAsync([id], "first", "second", "third");
    }

    [Fact]
    public async Task An_aborted_request_has_ended_and_takes_no_further_decision()
    {
        var pao = Pao();
        await pao.StartAsync();
        await Sandbox.BreakAsync(1);
        var id = await pao.Api.SubmitAsync("testing-three-steps", Named("given up"));
        Assert.Equal("failed", await pao.Api.EndOfAsync(id));

        using var abort = await pao.Api.SendAsync(HttpMethod.Post, $"/requests/{id}/abort");
        await Until.TrueAsync(async () => await pao.Api.StatusAsync(id) == "aborted", () => "the request is aborted");
        using var retry = await pao.Api.SendAsync(HttpMethod.Post, $"/requests/{id}/retry");

        Assert.True(abort.IsSuccessStatusCode);
        Assert.Equal(409, (int)retry.StatusCode);
    }

    [Fact]
    public async Task A_second_process_on_the_same_data_folder_is_refused_by_name()
    {
        var first = Pao();
        await first.StartAsync();

        var second = Pao();
        second.Launch();
        await second.WaitForExitAsync(TimeSpan.FromSeconds(30));

        Assert.NotEqual(0, second.ExitCode);
        Assert.Contains(first.Data, second.Output, StringComparison.Ordinal);
        await first.WaitUntilReadyAsync();
    }

    [Fact]
    public async Task A_stop_signal_ends_the_process_cleanly_and_the_next_one_goes_on()
    {
        var pao = Pao();
        await pao.StartAsync();
        var id = await pao.Api.SubmitAsync("testing-three-steps", Named("interrupted"));

        await pao.SignalAsync("TERM");
        await pao.WaitForExitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(0, pao.ExitCode);
        await pao.StartAsync();

        Assert.Equal("completed", await pao.Api.EndOfAsync(id));
        await AssertEffectsAsync([id], "first", "second", "third");
    }
}
