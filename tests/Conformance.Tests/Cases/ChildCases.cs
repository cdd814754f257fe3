using Pao.Conformance.Tests.Users;

namespace Pao.Conformance.Tests.Cases;

internal static class ChildCases
{
    public static IEnumerable<Case> All =>
    [
        new("a child's output comes back", async stage =>
            Answers.Completed(await stage.RunAsync("parent", new { x = 1 }), new { x = 1 })),

        new("children run at once", async stage =>
            Answers.Completed(await stage.RunAsync("manyChildren", 10), 20)),

        new("children have children", async stage =>
            Answers.Completed(await stage.RunAsync("nested", 4), 5)),

        new("a child knows its parent", async stage =>
            Answers.Completed(await stage.RunAsync("asksChild"), stage.Id)),

        new("an orchestration that nobody called has no parent", async stage =>
            Answers.Completed(await stage.RunAsync("whoseChild"), "nobody's")),

        new("a child with an id is an instance of its own", async stage =>
        {
            var child = $"{stage.Id}-child";
            Answers.Completed(await stage.RunAsync("parentOfNamed", child), "from the child");
            Answers.Completed(Assert.IsType<InstanceState>(await stage.User.GetAsync(child)), "from the child");
        }),

        new("a child gets the version that was asked for", async stage =>
            Answers.Completed(await stage.RunAsync("versionOfChild", "2.0.1"), "2.0.1")),

        new("a child's failure fails its parent", async stage =>
        {
            var end = await stage.RunAsync("failsInChild", "broken inside");
            Assert.Equal(RuntimeStatus.Failed, end.Status);
            Assert.Contains("broken inside", end.Failure?.Message, StringComparison.Ordinal);
        }),

        new("a parent can handle a child's failure", async stage =>
            Answers.Completed(await stage.RunAsync("catchesChild", "broken inside"), "caught")),

        new("terminating a parent recursively ends its tree", async stage =>
        {
            var id = await WaitingTreeAsync(stage);
            await stage.User.TerminateAsync(id, "enough", recursive: true);
            Assert.Equal(RuntimeStatus.Terminated, (await stage.User.WaitForCompletionAsync(id)).Status);
            Assert.Equal(RuntimeStatus.Terminated, (await stage.User.WaitForCompletionAsync($"{id}-child")).Status);
            Assert.Equal(RuntimeStatus.Terminated, (await stage.User.WaitForCompletionAsync($"{id}-child-child")).Status);
        }),

        new("terminating a parent alone leaves its children", async stage =>
        {
            var id = await WaitingTreeAsync(stage);
            await stage.User.TerminateAsync(id, "enough", recursive: false);
            Assert.Equal(RuntimeStatus.Terminated, (await stage.User.WaitForCompletionAsync(id)).Status);
            await stage.User.RaiseAsync($"{id}-child-child", "go", "on");
            Answers.Completed(await stage.User.WaitForCompletionAsync($"{id}-child-child"), 0);
            Answers.Completed(await stage.User.WaitForCompletionAsync($"{id}-child"), 1);
        }),

        new("terminating a child fails its parent", async stage =>
        {
            var id = await WaitingTreeAsync(stage);
            await stage.User.TerminateAsync($"{id}-child-child", "enough");
            Assert.Equal(RuntimeStatus.Failed, (await stage.User.WaitForCompletionAsync(id)).Status);
        }),

        new("purging a parent recursively purges its tree", async stage =>
        {
            var child = $"{stage.Id}-child";
            await stage.RunAsync("parentOfNamed", child);
            Assert.Equal(2, await stage.User.PurgeAsync(stage.Id, recursive: true));
            Assert.Null(await stage.User.GetAsync(child));
        }),
    ];

    private static async Task<string> WaitingTreeAsync(Stage stage)
    {
        var id = await stage.StartedAsync("waitingTree", 2);
        await stage.UntilAsync($"{id}-child-child", RuntimeStatus.Running);
        return id;
    }
}
