using Grpc.Core;
using Pao.Conformance.Tests.Users;

namespace Pao.Conformance.Tests.Cases;

internal static class InstanceCases
{
    public static IEnumerable<Case> All =>
    [
        new("an id in use is refused", async stage =>
        {
            await stage.StartedAsync("event");
            await Answers.RefusedAsync(StatusCode.AlreadyExists, () => stage.StartAsync("event"));
            await stage.User.TerminateAsync(stage.Id);
        }),

        new("an id that is free again can be used again", async stage =>
        {
            await stage.RunAsync("echo", 1);
            Answers.Completed(await stage.RunAsync("echo", 2), 2);
        }),

        new("a start for later waits for its time", async stage =>
        {
            var startAt = TimeProvider.System.GetUtcNow().AddSeconds(4);
            await stage.User.ScheduleAsync("done", null, new StartOptions(stage.Id, startAt));
            Assert.Equal(RuntimeStatus.Pending, (await stage.User.GetAsync(stage.Id))?.Status);
            var end = await stage.User.WaitForCompletionAsync(stage.Id);
            Answers.Completed(end, "done");
            Assert.True(end.UpdatedAt >= startAt.AddMilliseconds(-1), $"It ended at {end.UpdatedAt:O}, before its start at {startAt:O}.");
        }),

        new("a start in the past is now", async stage =>
        {
            await stage.User.ScheduleAsync("done", null, new StartOptions(stage.Id, TimeProvider.System.GetUtcNow().AddDays(-1)));
            Answers.Completed(await stage.User.WaitForCompletionAsync(stage.Id), "done");
        }),

        new("an orchestration that has not started can be terminated", async stage =>
        {
            await stage.User.ScheduleAsync("done", null, new StartOptions(stage.Id, TimeProvider.System.GetUtcNow().AddHours(1)));
            await stage.User.TerminateAsync(stage.Id, "not needed");
            Assert.Equal(RuntimeStatus.Terminated, (await stage.User.WaitForCompletionAsync(stage.Id)).Status);
        }),

        new("restart runs the same again under a new id", async stage =>
        {
            await stage.RunAsync("echo", "again");
            var id = await stage.User.RestartAsync(stage.Id, withNewId: true);
            Assert.NotEqual(stage.Id, id);
            Answers.Completed(await stage.User.WaitForCompletionAsync(id), "again");
        }),

        new("restart runs the same again under its id", async stage =>
        {
            await stage.RunAsync("echo", "again");
            Assert.Equal(stage.Id, await stage.User.RestartAsync(stage.Id, withNewId: false));
            Answers.Completed(await stage.User.WaitForCompletionAsync(stage.Id), "again");
        }),

        new("restart under its id waits for the end", async stage =>
        {
            await stage.StartedAsync("event");
            await Answers.RefusedAsync(StatusCode.FailedPrecondition, () => stage.User.RestartAsync(stage.Id, withNewId: false));
            await stage.User.TerminateAsync(stage.Id);
        }),

        new("restart needs an instance", stage =>
            Answers.RefusedAsync(StatusCode.NotFound, () => stage.User.RestartAsync(stage.Id, withNewId: true))),

        new("purge removes what has ended, once", async stage =>
        {
            await stage.RunAsync("done");
            Assert.Equal(1, await stage.User.PurgeAsync(stage.Id));
            Assert.Null(await stage.User.GetAsync(stage.Id));
            Assert.Empty(await stage.User.HistoryAsync(stage.Id));
            Assert.Equal(0, await stage.User.PurgeAsync(stage.Id));
        }),

        new("purge leaves what runs", async stage =>
        {
            await stage.StartedAsync("event");
            Assert.Equal(0, await stage.User.PurgeAsync(stage.Id));
            Assert.NotNull(await stage.User.GetAsync(stage.Id));
            await stage.User.TerminateAsync(stage.Id);
        }),

        new("purge by status and time takes what matches", async stage =>
        {
            var from = TimeProvider.System.GetUtcNow().AddSeconds(-1);
            await stage.RunAsync("fails", "on purpose");
            var other = await stage.User.ScheduleAsync("done", null, new StartOptions($"{stage.Id}-other"));
            await stage.User.WaitForCompletionAsync(other);

            Assert.Equal(0, await stage.User.PurgeAllAsync(from.AddHours(1), RuntimeStatus.Failed));
            Assert.InRange(await stage.User.PurgeAllAsync(from, RuntimeStatus.Failed), 1, 100);

            Assert.Null(await stage.User.GetAsync(stage.Id));
            Assert.NotNull(await stage.User.GetAsync(other));
        }),

        new("a query pages through what matches", async stage =>
        {
            await Task.WhenAll(Enumerable.Range(0, 25).Select(async i => await stage.User.WaitForCompletionAsync(
                await stage.User.ScheduleAsync("echo", i, new StartOptions($"{stage.Id}-{i}")))));
            var pages = await stage.User.QueryAsync(stage.Id, pageSize: 10);
            Assert.Equal([10, 10, 5], pages.Select(page => page.Count));
            var found = pages.SelectMany(page => page).ToList();
            Assert.Equal(25, found.DistinctBy(state => state.Id).Count());
            Assert.All(found, state => Assert.Equal(state.Input, state.Output));
        }),

        new("a query filters by status", async stage =>
        {
            await stage.StartedAsync("event");
            await stage.User.WaitForCompletionAsync(await stage.User.ScheduleAsync("done", null, new StartOptions($"{stage.Id}-done")));
            Assert.Equal(stage.Id, Assert.Single(Assert.Single(await stage.User.QueryAsync(stage.Id, 10, RuntimeStatus.Running))).Id);
            Assert.Equal($"{stage.Id}-done", Assert.Single(Assert.Single(await stage.User.QueryAsync(stage.Id, 10, RuntimeStatus.Completed))).Id);
            await stage.User.TerminateAsync(stage.Id);
        }),

        new("a query without a match is one empty page", async stage =>
            Assert.Empty(Assert.Single(await stage.User.QueryAsync(stage.Id)))),

        new("ids of ended instances are listed in the order of their end", async stage =>
        {
            var from = TimeProvider.System.GetUtcNow().AddSeconds(-1);
            List<string> ended = [];
            for (var i = 0; i < 3; i++)
                ended.Add((await stage.User.WaitForCompletionAsync(
                    await stage.User.ScheduleAsync("done", null, new StartOptions($"{stage.Id}-{i}")))).Id);

            List<string> listed = [];
            string? after = null;
            do
            {
                var (ids, next) = await stage.User.ListIdsAsync(from, pageSize: 2, after);
                Assert.InRange(ids.Count, 0, 2);
                listed.AddRange(ids);
                after = next;
            }
            while (!string.IsNullOrEmpty(after));
            Assert.Equal(ended, listed.Where(id => id.StartsWith(stage.Id, StringComparison.Ordinal)));
        }),

        new("times are set from the beginning", async stage =>
        {
            var before = TimeProvider.System.GetUtcNow().AddMinutes(-1);
            await stage.StartAsync("event");
            var state = Assert.IsType<InstanceState>(await stage.User.GetAsync(stage.Id));
            Assert.InRange(state.CreatedAt, before, before.AddMinutes(5));
            Assert.True(state.UpdatedAt >= state.CreatedAt);
            await stage.User.TerminateAsync(stage.Id);
        }),
    ];
}
