using Grpc.Core;
using Pao.Conformance.Tests.Users;

namespace Pao.Conformance.Tests.Cases;

internal static class FailureCases
{
    public static IEnumerable<Case> All =>
    [
        new("an orchestrator's exception fails it, with type and message", async stage =>
        {
            var end = await stage.RunAsync("fails", "no \"more\" disks\n");
            Assert.Equal(RuntimeStatus.Failed, end.Status);
            Assert.Contains("no \"more\" disks\n", end.Failure?.Message, StringComparison.Ordinal);
            Assert.NotEmpty(end.Failure?.Type ?? "");
        }),

        new("an activity's exception that nobody handles fails the orchestration", async stage =>
        {
            var end = await stage.RunAsync("failsInActivity", "no disks");
            Assert.Equal(RuntimeStatus.Failed, end.Status);
            Assert.Contains("no disks", end.Failure?.Message, StringComparison.Ordinal);
        }),

        new("an activity's exception can be handled", async stage =>
            Answers.Completed(await stage.RunAsync("catches", "no disks"), "compensated")),

        new("an activity is tried again until it succeeds", async stage =>
            Answers.Completed(await stage.RunAsync("retries", new { key = stage.Id, times = 2, attempts = 5 }), 3)),

        new("tries are bounded", async stage =>
        {
            var end = await stage.RunAsync("retries", new { key = stage.Id, times = 10, attempts = 3 });
            Assert.Equal(RuntimeStatus.Failed, end.Status);
            Assert.Contains("try 3", end.Failure?.Message, StringComparison.Ordinal);
        }),

        new("a child is tried again until it succeeds", async stage =>
            Answers.Completed(await stage.RunAsync("retriesChild", new { key = stage.Id, times = 2, attempts = 5 }), 3)),

        new("rewind runs what failed once more", async stage =>
        {
            Assert.Equal(RuntimeStatus.Failed, (await stage.RunAsync("failsTimes", new { key = stage.Id, times = 1 })).Status);
            await stage.User.RewindAsync(stage.Id);
            Answers.Completed(await stage.User.WaitForCompletionAsync(stage.Id), 2);
        }),

        new("rewind is for failures only", async stage =>
        {
            await stage.RunAsync("done");
            await Answers.RefusedAsync(StatusCode.FailedPrecondition, () => stage.User.RewindAsync(stage.Id));
        }),

        new("rewind needs an instance", stage =>
            Answers.RefusedAsync(StatusCode.NotFound, () => stage.User.RewindAsync(stage.Id))),
    ];
}
