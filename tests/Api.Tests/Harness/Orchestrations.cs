using System.Text.Json.Nodes;
using Pao.DurableTask;

namespace Pao.Api.Tests.Harness;

/// <summary>Orchestrations that are no requests.</summary>
public sealed class Orchestrations
{
    public const string Round = "Round";
    public const string Wait = "Wait";
    public const string Breakable = "Breakable";
    public const string Deadly = "Deadly";

    /// <summary>Whether <see cref="Breakable"/> breaks.</summary>
    public bool Broken { get; set; }

    public void AddTo(DurableTaskRegistry tasks)
    {
        // A call, a timer and a child, each of which takes its time.
        tasks.AddOrchestratorFunc<JsonObject, JsonObject>(Round, async (context, input) =>
        {
            var said = await context.CallActivityAsync<JsonObject>("Say", input);
            await context.CreateTimer(TimeSpan.FromMilliseconds(5), CancellationToken.None);
            await context.CallSubOrchestratorAsync<string>("Child", "in");
            return said;
        });
        tasks.AddOrchestratorFunc<string, string>("Child", (_, input) => Task.FromResult($"{input}side"));
        tasks.AddOrchestratorFunc<string, string>(Wait, async (context, _) => await context.WaitForExternalEvent<string>("go"));
        tasks.AddOrchestratorFunc<string, string>(Breakable, (context, input) => context.CallActivityAsync<string>("Break", input));
        tasks.AddOrchestratorFunc<string, string>(Deadly, (_, _) => throw new PoisonedInstance());
        tasks.AddActivityFunc<JsonObject, JsonObject>("Say", (_, input) => input);
        tasks.AddActivityFunc<string, string>("Break", (_, input) => Broken ? throw new InvalidOperationException("It is broken.") : input);
    }
}
