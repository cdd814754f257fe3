using Pao.DurableTask.Protocol;
using Pao.DurableTask.Tests.Scripted;
using Pao.DurableTask.Worker;
using VersionMatchStrategy = Pao.DurableTask.Worker.DurableTaskWorkerOptions.VersionMatchStrategy;

namespace Pao.DurableTask.Tests.Worker;

public class VersionTests
{
    [Theory]
    [InlineData("", "", 0)]
    [InlineData("", "1.0", -1)]
    [InlineData("2.10", "2.9", 1)]
    [InlineData("b", "A", 1)]
    [InlineData("v1", "V1", 0)]
    public void Versions_are_ordered_as_numbers_where_they_are_numbers(string left, string right, int order) =>
        Assert.Equal(order, Math.Sign(new TaskVersion(left).CompareTo(right)));

    [Theory]
    [InlineData(VersionMatchStrategy.None, "9.0", true)]
    [InlineData(VersionMatchStrategy.Strict, "2.0", true)]
    [InlineData(VersionMatchStrategy.Strict, "1.0", false)]
    [InlineData(VersionMatchStrategy.CurrentOrOlder, "1.0", true)]
    [InlineData(VersionMatchStrategy.CurrentOrOlder, "", true)]
    [InlineData(VersionMatchStrategy.CurrentOrOlder, "2.1", false)]
    public void A_worker_takes_the_versions_that_its_strategy_allows(VersionMatchStrategy strategy, string version, bool takes)
    {
        var versioning = new DurableTaskWorkerOptions.VersioningOptions { Version = "2.0", MatchStrategy = strategy };

        var mismatch = VersionMatch.Mismatch(versioning, new ExecutionStartedEvent { Name = "O", Version = version });

        Assert.Equal(takes, mismatch is null);
        Assert.True(takes || mismatch is { ErrorType: "VersionMismatch", IsNonRetriable: true });
    }

    [Fact]
    public async Task An_activity_has_its_orchestrations_version_and_a_child_the_workers_default()
    {
        var hub = new ScriptedHub();
        await using var host = await TestHost.StartAsync(hub, worker => worker
            .UseVersioning(new() { DefaultVersion = "5.0" })
            .AddTasks(tasks => tasks
                .AddActivityFunc<object?, string>("Version", (context, _) => context.Version)
                .AddOrchestratorFunc("Child", context => Task.FromResult(context.Version))
                .AddOrchestratorFunc("Parent", async context => string.Join(
                    ' ',
                    context.CompareVersionTo("1.9"),
                    await context.CallActivityAsync<string>("Version"),
                    await context.CallActivityAsync<string>("Version", new TaskOptions { Version = "3.0" }),
                    await context.CallSubOrchestratorAsync<string>("Child"),
                    await context.CallSubOrchestratorAsync<string>("Child", new SubOrchestrationOptions { Version = "4.0" })))));

        await host.Client.ScheduleNewOrchestrationInstanceAsync(
            "Parent", new StartOrchestrationOptions("i") { Version = "2.0" }, TestContext.Current.CancellationToken);
        var end = await host.Client.WaitForInstanceCompletionAsync("i", true, TestContext.Current.CancellationToken);

        Assert.Equal("1 2.0 3.0 5.0 4.0", end.ReadOutputAs<string>());
    }
}
