using Pao.Conformance.Tests.Users;

namespace Pao.Conformance.Tests.Cases;

internal static class WaitCases
{
    public static IEnumerable<Case> All =>
    [
        new("a timer fires, and not early", async stage =>
            Answers.Completed(await stage.RunAsync("timer", 300), true)),

        new("a timer that is due fires at once", async stage =>
            Answers.Completed(await stage.RunAsync("timer", 0), true)),

        new("timers run at once", async stage =>
            Answers.Completed(await stage.RunAsync("timers"), "all")),

        new("an event reaches the orchestration that waits for it", async stage =>
        {
            await stage.StartedAsync("event");
            await stage.User.RaiseAsync(stage.Id, "go", new { approved = true });
            Answers.Completed(await stage.User.WaitForCompletionAsync(stage.Id), new { approved = true });
        }),

        new("an event before the wait is kept", async stage =>
        {
            await stage.StartAsync("events", 2);
            await stage.User.RaiseAsync(stage.Id, "value", 1);
            await stage.User.RaiseAsync(stage.Id, "value", 2);
            Answers.Completed(await stage.User.WaitForCompletionAsync(stage.Id), (int[])[1, 2]);
        }),

        new("events arrive in the order they were raised", async stage =>
        {
            await stage.StartedAsync("events", 20);
            for (var i = 0; i < 20; i++)
                await stage.User.RaiseAsync(stage.Id, "value", i);
            Answers.Completed(await stage.User.WaitForCompletionAsync(stage.Id), Enumerable.Range(0, 20));
        }),

        new("an event's name has no case", async stage =>
        {
            await stage.StartedAsync("event");
            await stage.User.RaiseAsync(stage.Id, "GO", "loud");
            Answers.Completed(await stage.User.WaitForCompletionAsync(stage.Id), "loud");
        }),

        new("an event may carry nothing", async stage =>
        {
            await stage.StartedAsync("event");
            await stage.User.RaiseAsync(stage.Id, "go", null);
            Answers.Completed(await stage.User.WaitForCompletionAsync(stage.Id), null);
        }),

        new("an event of one mebibyte passes", async stage =>
        {
            var payload = new string('z', 1024 * 1024);
            await stage.StartedAsync("event");
            await stage.User.RaiseAsync(stage.Id, "go", payload);
            Answers.Completed(await stage.User.WaitForCompletionAsync(stage.Id), payload);
        }),

        new("an event of another name is left alone", async stage =>
        {
            await stage.StartedAsync("event");
            await stage.User.RaiseAsync(stage.Id, "other", 1);
            await stage.User.RaiseAsync(stage.Id, "go", 2);
            Answers.Completed(await stage.User.WaitForCompletionAsync(stage.Id), 2);
        }),

        new("an event beats a timer", async stage =>
        {
            await stage.StartedAsync("eventOrTimer", 60_000);
            await stage.User.RaiseAsync(stage.Id, "go", "now");
            Answers.Completed(await stage.User.WaitForCompletionAsync(stage.Id), "event");
        }),

        new("a timer beats an event that never comes", async stage =>
            Answers.Completed(await stage.RunAsync("eventOrTimer", 200), "timer")),

        new("an event for an orchestration that has ended is dropped", async stage =>
        {
            await stage.RunAsync("done");
            await stage.User.RaiseAsync(stage.Id, "go", 1);
            Answers.Completed(Assert.IsType<InstanceState>(await stage.User.GetAsync(stage.Id)), "done");
        }),

        new("an orchestration sends an event to another", async stage =>
        {
            await stage.StartedAsync("event");
            var sender = await stage.User.ScheduleAsync("sends", stage.Id, new StartOptions($"{stage.Id}-sender"));
            Answers.Completed(await stage.User.WaitForCompletionAsync(sender), "sent");
            Answers.Completed(await stage.User.WaitForCompletionAsync(stage.Id), "from another orchestration");
        }),

        new("a suspended orchestration does nothing until it is resumed", async stage =>
        {
            await stage.StartedAsync("event");
            await stage.User.SuspendAsync(stage.Id);
            await stage.UntilAsync(stage.Id, RuntimeStatus.Suspended);
            await stage.User.RaiseAsync(stage.Id, "go", "while suspended");
            Assert.Equal(RuntimeStatus.Suspended, (await stage.User.GetAsync(stage.Id))?.Status);
            await stage.User.ResumeAsync(stage.Id);
            Answers.Completed(await stage.User.WaitForCompletionAsync(stage.Id), "while suspended");
        }),

        new("suspending and resuming twice does no harm", async stage =>
        {
            await stage.StartedAsync("event");
            await stage.User.SuspendAsync(stage.Id);
            await stage.User.SuspendAsync(stage.Id);
            await stage.UntilAsync(stage.Id, RuntimeStatus.Suspended);
            await stage.User.ResumeAsync(stage.Id);
            await stage.User.ResumeAsync(stage.Id);
            await stage.UntilAsync(stage.Id, RuntimeStatus.Running);
            await stage.User.RaiseAsync(stage.Id, "go", 1);
            Answers.Completed(await stage.User.WaitForCompletionAsync(stage.Id), 1);
        }),

        new("termination ends an orchestration with the output given", async stage =>
        {
            await stage.StartedAsync("event");
            await stage.User.TerminateAsync(stage.Id, "enough");
            var end = await stage.User.WaitForCompletionAsync(stage.Id);
            Assert.Equal(RuntimeStatus.Terminated, end.Status);
            Answers.Same("enough", end.Output);
        }),

        new("termination ends a suspended orchestration", async stage =>
        {
            await stage.StartedAsync("event");
            await stage.User.SuspendAsync(stage.Id);
            await stage.UntilAsync(stage.Id, RuntimeStatus.Suspended);
            await stage.User.TerminateAsync(stage.Id);
            Assert.Equal(RuntimeStatus.Terminated, (await stage.User.WaitForCompletionAsync(stage.Id)).Status);
        }),

        new("terminating what has ended changes nothing", async stage =>
        {
            await stage.RunAsync("done");
            await stage.User.TerminateAsync(stage.Id, "too late");
            Answers.Completed(Assert.IsType<InstanceState>(await stage.User.GetAsync(stage.Id)), "done");
        }),

        new("a generation follows another", async stage =>
            Answers.Completed(await stage.RunAsync("generations", new { left = 20, sum = 0 }), 21)),

        new("events that wait go over into the next generation", async stage =>
        {
            await stage.StartAsync("gathers", new { left = 4, values = Array.Empty<int>() });
            for (var i = 0; i < 4; i++)
                await stage.User.RaiseAsync(stage.Id, "value", i);
            Answers.Completed(await stage.User.WaitForCompletionAsync(stage.Id), (int[])[0, 1, 2, 3]);
        }),

        new("a generation's history is its own", async stage =>
        {
            await stage.RunAsync("generations", new { left = 5, sum = 0 });
            Assert.Single(await stage.User.HistoryAsync(stage.Id), "TaskScheduled");
        }),
    ];
}
