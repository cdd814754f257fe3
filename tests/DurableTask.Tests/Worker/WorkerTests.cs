using Microsoft.Extensions.DependencyInjection;
using Pao.DurableTask.Client;
using Pao.DurableTask.Tests.Scripted;
using Pao.DurableTask.Worker;

namespace Pao.DurableTask.Tests.Worker;

public class WorkerTests
{
    [Fact]
    public async Task An_orchestrator_and_its_activities_run_from_the_hubs_work_items()
    {
        await using var host = await TestHost.StartAsync(new ScriptedHub(), worker => worker.AddTasks(tasks => tasks
            .AddOrchestrator<Greetings>()
            .AddActivity<Greet>()));

        var end = await host.RunAsync(nameof(Greetings), (string[])["Ada", "Grace"]);

        Assert.Equal(OrchestrationRuntimeStatus.Completed, end.RuntimeStatus);
        Assert.Equal(["Hello Ada!", "Hello Grace!"], end.ReadOutputAs<List<string>>());
    }

    [Fact]
    public async Task An_orchestrator_that_is_not_registered_fails_by_that_name()
    {
        await using var host = await TestHost.StartAsync(new ScriptedHub(), worker => worker.AddTasks(_ => { }));

        var end = await host.RunAsync("Nowhere");

        Assert.Equal("OrchestratorTaskNotFound", end.FailureDetails?.ErrorType);
        Assert.True(end.FailureDetails?.IsNonRetriable);
    }

    [Fact]
    public async Task An_activity_that_is_not_registered_fails_once_in_spite_of_its_retry_policy()
    {
        var hub = new ScriptedHub();
        await using var host = await TestHost.StartAsync(hub, worker => worker.AddTasks(tasks =>
            tasks.AddOrchestratorFunc("Caller", context => context.CallActivityAsync<int>(
                "Nowhere", TaskOptions.FromRetryPolicy(new RetryPolicy(3, TimeSpan.FromSeconds(1)))))));

        var end = await host.RunAsync("Caller");

        Assert.Equal("ActivityTaskNotFound", end.FailureDetails?.InnerFailure?.ErrorType);
        Assert.Equal(2, hub.Turns.Count);
    }

    [Fact]
    public async Task An_activity_fails_with_its_code_and_whether_a_retry_makes_sense()
    {
        var hub = new ScriptedHub();
        await using var host = await TestHost.StartAsync(hub, worker => worker.AddTasks(tasks => tasks
            .AddActivityFunc<string, string>("Refuse", string (_, reason) =>
                throw new ActivityFailedException("jira.rejected", reason, retryable: false, new FormatException("No project.")))
            .AddOrchestratorFunc("Caller", context => context.CallActivityAsync<int>(
                "Refuse", "Wrong field.", TaskOptions.FromRetryPolicy(new RetryPolicy(3, TimeSpan.FromSeconds(1)))))));

        var failure = (await host.RunAsync("Caller")).FailureDetails?.InnerFailure;

        Assert.Equal(("jira.rejected", "Wrong field.", true), (failure?.ErrorType, failure?.ErrorMessage, failure?.IsNonRetriable));
        Assert.True(failure?.InnerFailure?.IsCausedBy<FormatException>());
        Assert.Equal(2, hub.Turns.Count);
    }

    [Fact]
    public async Task Each_call_of_an_activity_has_a_scope_of_its_own_that_ends_with_it()
    {
        await using var host = await TestHost.StartAsync(
            new ScriptedHub(),
            worker => worker.AddTasks(tasks => tasks.AddActivity<Scoped>().AddOrchestratorFunc("Caller", async context => new[]
            {
                await context.CallActivityAsync<int>(nameof(Scoped)), await context.CallActivityAsync<int>(nameof(Scoped)),
            })),
            services => services.AddScoped<Unit>().AddSingleton<Counter>());

        var end = await host.RunAsync("Caller");
        Assert.Equal([10, 21], end.ReadOutputAs<List<int>>());
    }

    [Fact]
    public async Task A_child_reports_to_its_parent_and_knows_it()
    {
        await using var host = await TestHost.StartAsync(new ScriptedHub(), worker => worker.AddTasks(tasks => tasks
            .AddOrchestratorFunc("Child", context => Task.FromResult($"{context.Parent?.Name}/{context.Parent?.InstanceId}"))
            .AddOrchestratorFunc("Parent", context => context.CallSubOrchestratorAsync<string>("Child"))));

        Assert.Equal("Parent/instance", (await host.RunAsync("Parent")).ReadOutputAs<string>());
    }

    [Fact]
    public async Task Children_have_other_ids_in_each_execution_of_an_eternal_orchestration()
    {
        var hub = new ScriptedHub();
        await using var host = await TestHost.StartAsync(hub, worker => worker.AddTasks(tasks => tasks
            .AddOrchestratorFunc("Child", context => Task.FromResult(context.InstanceId))
            .AddOrchestratorFunc<List<string>, List<string>>("Eternal", async (context, ids) =>
            {
                ids.Add(await context.CallSubOrchestratorAsync<string>("Child"));
                if (ids.Count < 5)
                    context.ContinueAsNew(ids);

                return ids;
            })));

        var ids = (await host.RunAsync("Eternal", new List<string>())).ReadOutputAs<List<string>>() ?? [];

        Assert.Equal(5, ids.Distinct().Count());
    }

    [Fact]
    public async Task A_history_that_the_hub_streams_is_read_and_replayed()
    {
        await using var host = await TestHost.StartAsync(
            new ScriptedHub { OffersSessions = false, StreamsHistory = true },
            worker => worker.AddTasks(tasks => tasks.AddOrchestrator<Greetings>().AddActivity<Greet>()));

        Assert.Equal(3, (await host.RunAsync(nameof(Greetings), (string[])["a", "b", "c"])).ReadOutputAs<string[]>()?.Length);
    }

    [Fact]
    public async Task Added_twice_a_worker_is_one_with_the_tasks_of_both()
    {
        var services = new ServiceCollection();
        services.AddDurableTaskWorker(worker => worker.AddTasks(tasks => tasks.AddActivity<Greet>()));
        services.AddDurableTaskWorker(worker => worker.AddTasks(tasks => tasks.AddOrchestrator<Greetings>()));

        await using var provider = services.BuildServiceProvider();
        Assert.Single(services, service => service.ServiceType == typeof(Microsoft.Extensions.Hosting.IHostedService));
        var registry = provider.GetRequiredService<Microsoft.Extensions.Options.IOptions<DurableTaskRegistry>>().Value;
        Assert.Single(registry.Activities);
        Assert.Single(registry.Orchestrators);
    }

    [Fact]
    public void One_name_can_be_registered_once()
    {
        var registry = new DurableTaskRegistry().AddActivity<Greet>();

        var refused = Assert.Throws<ArgumentException>(() => registry.AddActivity<Greet>("gREET"));
        Assert.Contains("'gREET'", refused.Message, StringComparison.Ordinal);
    }

    private sealed class Greetings : TaskOrchestrator<string[], string[]>
    {
        public override async Task<string[]> RunAsync(TaskOrchestrationContext context, string[] input)
        {
            List<string> greetings = [];
            foreach (var name in input)
                greetings.Add(await context.CallActivityAsync<string>(nameof(Greet), name));

            return [.. greetings];
        }
    }

    private sealed class Greet : TaskActivity<string, string>
    {
        public override Task<string> RunAsync(TaskActivityContext context, string input) => Task.FromResult($"Hello {input}!");
    }

    private sealed class Counter
    {
        public int Units { get; set; }

        public int Disposed { get; set; }
    }

    private sealed class Unit(Counter counter) : IDisposable
    {
        public int Number { get; } = ++counter.Units;

        public void Dispose() => counter.Disposed++;
    }

    /// <summary>Tells how many scopes there were, and how many of them are over.</summary>
    private sealed class Scoped(Unit unit, Counter counter) : TaskActivity<object?, int>
    {
        public override Task<int> RunAsync(TaskActivityContext context, object? input) =>
            Task.FromResult((unit.Number * 10) + counter.Disposed);
    }
}
