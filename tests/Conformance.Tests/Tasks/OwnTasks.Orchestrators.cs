using System.Text.Json;
using Pao.DurableTask;

namespace Pao.Conformance.Tests.Tasks;

internal static partial class OwnTasks
{
    public static void AddOrchestrators(DurableTaskRegistry tasks)
    {
        AddSteps(tasks);
        AddChildren(tasks);
        AddWaits(tasks);
        AddFailures(tasks);
        AddGenerations(tasks);
    }

    private static void AddSteps(DurableTaskRegistry tasks) => tasks
        .AddOrchestratorFunc<string>("done", _ => Task.FromResult("done"))
        .AddOrchestratorFunc<object?>("nothing", _ => Task.FromResult<object?>(null))
        .AddOrchestratorFunc<JsonElement?, JsonElement?>("echo", (_, input) => Task.FromResult(input))
        .AddOrchestratorFunc<int, int>("sequence", async (context, count) =>
        {
            var sum = 0;
            for (var i = 0; i < count; i++)
                sum = await context.CallActivityAsync<int>("add", new Sum(sum, 1));
            return sum;
        })
        .AddOrchestratorFunc<JsonElement?, JsonElement?>("echoActivity", (context, input) => context.CallActivityAsync<JsonElement?>("echo", input))
        .AddOrchestratorFunc<string>("language", context => context.CallActivityAsync<string>("language"))
        .AddOrchestratorFunc<int, int>("fanOut", async (context, count) =>
            (await Task.WhenAll(Enumerable.Range(0, count).Select(i => context.CallActivityAsync<int>("echo", i)))).Sum())
        .AddOrchestratorFunc<string>("fastest", async context =>
        {
            var first = context.CallActivityAsync<string>("echo", "first");
            var never = context.WaitForExternalEvent<string>("never");
            return await Task.WhenAny(first, never) == first ? "first" : "never";
        })
        .AddOrchestratorFunc<string>("version", context => Task.FromResult(context.Version))
        .AddOrchestratorFunc<int>("certain", async context =>
        {
            var (id, time) = (context.NewGuid(), context.CurrentUtcDateTime);
            await context.CallActivityAsync<string>("echo", "a turn between");
            object[] all = [id, time, context.NewGuid()];
            return (await context.CallActivityAsync<JsonElement[]>("echo", (object)all)).Length;
        })
        .AddOrchestratorFunc<int, string>("large", async (context, kibibytes) =>
        {
            var text = await context.CallActivityAsync<string>("repeat", new Repetition(new string('x', 1024), kibibytes));
            return await context.CallActivityAsync<string>("echo", text);
        });

    private static void AddChildren(DurableTaskRegistry tasks) => tasks
        .AddOrchestratorFunc<JsonElement?, JsonElement?>("parent", (context, input) => context.CallSubOrchestratorAsync<JsonElement?>("echo", input))
        .AddOrchestratorFunc<string, string>("parentOfNamed", (context, childId) => context.CallSubOrchestratorAsync<string>(
            "echoActivity", "from the child", new SubOrchestrationOptions(instanceId: childId)))
        .AddOrchestratorFunc<int, int>("manyChildren", async (context, count) =>
            (await Task.WhenAll(Enumerable.Range(0, count).Select(_ => context.CallSubOrchestratorAsync<int>("sequence", 2)))).Sum())
        .AddOrchestratorFunc<int, int>("nested", async (context, depth) =>
            depth == 0 ? 1 : 1 + await context.CallSubOrchestratorAsync<int>("nested", depth - 1))
        .AddOrchestratorFunc<string>("whoseChild", context => Task.FromResult(context.Parent?.InstanceId ?? "nobody's"))
        .AddOrchestratorFunc<string>("asksChild", context => context.CallSubOrchestratorAsync<string>("whoseChild"))
        .AddOrchestratorFunc<string, string>("versionOfChild", (context, version) => context.CallSubOrchestratorAsync<string>(
            "version", null, new SubOrchestrationOptions { Version = new TaskVersion(version) }))
        .AddOrchestratorFunc<int, int>("waitingTree", async (context, depth) =>
        {
            if (depth > 0)
                await context.CallSubOrchestratorAsync(
                    "waitingTree", depth - 1, new SubOrchestrationOptions(instanceId: $"{context.InstanceId}-child"));
            else
                await context.WaitForExternalEvent<string>("go");
            return depth;
        });

    private static void AddWaits(DurableTaskRegistry tasks) => tasks
        .AddOrchestratorFunc<int, bool>("timer", async (context, milliseconds) =>
        {
            var before = context.CurrentUtcDateTime;
            await context.CreateTimer(before.AddMilliseconds(milliseconds), CancellationToken.None);
            return context.CurrentUtcDateTime - before >= TimeSpan.FromMilliseconds(milliseconds);
        })
        .AddOrchestratorFunc<string>("timers", async context =>
        {
            await Task.WhenAll(((int[])[300, 100, 200]).Select(wait =>
                context.CreateTimer(TimeSpan.FromMilliseconds(wait), CancellationToken.None)));
            return "all";
        })
        .AddOrchestratorFunc<JsonElement?>("event", context => context.WaitForExternalEvent<JsonElement?>("go"))
        .AddOrchestratorFunc<int, int[]>("events", async (context, count) =>
        {
            var values = new int[count];
            for (var i = 0; i < count; i++)
                values[i] = await context.WaitForExternalEvent<int>("value");
            return values;
        })
        .AddOrchestratorFunc<int, string>("eventOrTimer", async (context, milliseconds) =>
        {
            using var cancel = new CancellationTokenSource();
            var raised = context.WaitForExternalEvent<string>("go", cancel.Token);
            var timer = context.CreateTimer(TimeSpan.FromMilliseconds(milliseconds), cancel.Token);
            var winner = await Task.WhenAny(raised, timer);
            cancel.Cancel(); // no durable task to await
            return winner == raised ? "event" : "timer";
        })
        .AddOrchestratorFunc<string, string>("sends", (context, target) =>
        {
            context.SendEvent(target, "go", "from another orchestration");
            return Task.FromResult("sent");
        })
        .AddOrchestratorFunc<string>("status", async context =>
        {
            context.SetCustomStatus(new { step = 1 });
            await context.WaitForExternalEvent<JsonElement?>("next");
            context.SetCustomStatus(new { step = 2 });
            await context.WaitForExternalEvent<JsonElement?>("next");
            return "done";
        });

    private static void AddFailures(DurableTaskRegistry tasks) => tasks
        .AddOrchestratorFunc<string, object?>("fails", (_, message) => throw new InvalidOperationException(message))
        .AddOrchestratorFunc<string, object?>("failsInActivity", (context, message) => context.CallActivityAsync<object?>("fail", message))
        .AddOrchestratorFunc<string, object?>("failsInChild", (context, message) => context.CallSubOrchestratorAsync<object?>("fails", message))
        .AddOrchestratorFunc<string, string>("catchesChild", async (context, message) =>
        {
            try
            {
                await context.CallSubOrchestratorAsync("fails", message);
                return "not caught";
            }
            catch (TaskFailedException)
            {
                return "caught";
            }
        })
        .AddOrchestratorFunc<string, string>("catches", async (context, message) =>
        {
            try
            {
                await context.CallActivityAsync("fail", message);
                return "not caught";
            }
            catch (TaskFailedException)
            {
                return await context.CallActivityAsync<string>("echo", "compensated");
            }
        })
        .AddOrchestratorFunc<Retrying, int>("retries", (context, input) => context.CallActivityAsync<int>(
            "failTimes", new Failing(input.Key, input.Times), Quickly(input.Attempts)))
        .AddOrchestratorFunc<Failing, int>("failsTimes", (context, input) => context.CallActivityAsync<int>("failTimes", input))
        .AddOrchestratorFunc<Retrying, int>("retriesChild", (context, input) => context.CallSubOrchestratorAsync<int>(
            "failsTimes", new Failing(input.Key, input.Times), Quickly(input.Attempts)));

    private static void AddGenerations(DurableTaskRegistry tasks) => tasks
        .AddOrchestratorFunc<Generation, int>("generations", async (context, generation) =>
        {
            var next = await context.CallActivityAsync<int>("add", new Sum(generation.Sum, 1));
            if (generation.Left > 0)
                context.ContinueAsNew(new Generation(generation.Left - 1, next));
            return next;
        })
        .AddOrchestratorFunc<Gathering, int[]>("gathers", async (context, gathering) =>
        {
            int[] all = [.. gathering.Values, await context.WaitForExternalEvent<int>("value")];
            if (gathering.Left > 1)
                context.ContinueAsNew(new Gathering(gathering.Left - 1, all));
            return all;
        });
}
