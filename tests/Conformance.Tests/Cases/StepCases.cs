using Pao.Conformance.Tests.Users;

namespace Pao.Conformance.Tests.Cases;

internal static class StepCases
{
    private const string Odd = "naïve \"quotes\" \\ \n\r\t \u0001 ünïcödé 🚀 <&> ${x} {{y}}";

    public static IEnumerable<Case> All =>
    [
        new("an orchestrator without steps completes", async stage =>
            Answers.Completed(await stage.RunAsync("done"), "done")),

        new("no output is no output", async stage =>
            Answers.Completed(await stage.RunAsync("nothing"), null)),

        new("input comes back as output", async stage =>
        {
            object input = new { number = 1.5, text = Odd, list = new object?[] { 1, null, "x" }, nested = new { flag = true } };
            var end = await stage.RunAsync("echo", input);
            Answers.Completed(end, input);
            Answers.Same(input, end.Input);
        }),

        new("no input stays no input", async stage =>
            Answers.Completed(await stage.RunAsync("echo"), null)),

        new("empty text stays empty text", async stage =>
            Answers.Completed(await stage.RunAsync("echo", ""), "")),

        new("text survives an activity", async stage =>
            Answers.Completed(await stage.RunAsync("echoActivity", Odd), Odd)),

        new("no input survives an activity", async stage =>
            Answers.Completed(await stage.RunAsync("echoActivity"), null)),

        new("activities run one after another", async stage =>
            Answers.Completed(await stage.RunAsync("sequence", 10), 10)),

        new("activities fan out and in", async stage =>
            Answers.Completed(await stage.RunAsync("fanOut", 50), 1225)),

        new("three hundred activities fan out and in", async stage =>
            Answers.Completed(await stage.RunAsync("fanOut", 300), 44850)),

        new("the first of two tasks wins", async stage =>
            Answers.Completed(await stage.RunAsync("fastest"), "first")),

        new("ids and times are the same in every replay", async stage =>
            Answers.Completed(await stage.RunAsync("certain"), 3)),

        new("an instance without an id gets one", async stage =>
        {
            var id = await stage.User.ScheduleAsync("done");
            Assert.NotEmpty(id);
            Answers.Completed(await stage.User.WaitForCompletionAsync(id), "done");
        }),

        new("an unknown instance does not exist", async stage =>
            Assert.Null(await stage.User.GetAsync(stage.Id))),

        new("waiting for the start returns once it runs", async stage =>
        {
            var state = await stage.User.WaitForStartAsync(await stage.StartAsync("event"));
            Assert.Equal(RuntimeStatus.Running, state.Status);
            Assert.Equal("event", state.Name);
            await stage.User.TerminateAsync(stage.Id);
        }),

        new("a hundred orchestrations run at once", async stage =>
        {
            var ids = await Task.WhenAll(Enumerable.Range(0, 100).Select(i =>
                stage.User.ScheduleAsync("echoActivity", i, new StartOptions($"{stage.Id}-{i}"))));
            var ends = await Task.WhenAll(ids.Select(stage.User.WaitForCompletionAsync));
            for (var i = 0; i < ends.Length; i++)
                Answers.Completed(ends[i], i);
        }),

        new("a payload of one mebibyte passes through activities and output", async stage =>
        {
            var end = await stage.RunAsync("large", 1024);
            Answers.Completed(end, new string('x', 1024 * 1024));
        }),

        new("an input of one mebibyte passes", async stage =>
        {
            var input = new string('y', 1024 * 1024);
            Answers.Completed(await stage.RunAsync("echoActivity", input), input);
        }),

        new("the version that was asked for reaches the orchestrator", async stage =>
        {
            var id = await stage.User.ScheduleAsync("version", null, new StartOptions(stage.Id, Version: "1.2.3"));
            Answers.Completed(await stage.User.WaitForCompletionAsync(id), "1.2.3");
        }),

        new("tags are kept", async stage =>
        {
            Dictionary<string, string> tags = new() { ["team"] = "storage", ["cost-center"] = "42 ü" };
            var id = await stage.User.ScheduleAsync("done", null, new StartOptions(stage.Id, Tags: tags));
            Assert.Equal(tags, (await stage.User.WaitForCompletionAsync(id)).Tags);
        }),

        new("a custom status shows while it runs and stays", async stage =>
        {
            var id = await stage.StartedAsync("status");
            Answers.Same(new { step = 1 }, (await stage.User.GetAsync(id))?.CustomStatus);
            await stage.User.RaiseAsync(id, "next", null);
            await Stage.UntilAsync(async () => (await stage.User.GetAsync(id))?.CustomStatus?.Contains('2') == true, "the second step");
            await stage.User.RaiseAsync(id, "next", null);
            var end = await stage.User.WaitForCompletionAsync(id);
            Answers.Completed(end, "done");
            Answers.Same(new { step = 2 }, end.CustomStatus);
        }),

        new("the history tells what happened, in order", async stage =>
        {
            await stage.RunAsync("sequence", 1);
            Assert.Equal(
                ["ExecutionStarted", "TaskScheduled", "TaskCompleted", "ExecutionCompleted"],
                (await stage.User.HistoryAsync(stage.Id)).Where(kind => !kind.StartsWith("Orchestrator", StringComparison.Ordinal)));
        }),

        new("an unknown instance has no history", async stage =>
            Assert.Empty(await stage.User.HistoryAsync(stage.Id))),
    ];
}
