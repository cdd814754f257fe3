using System.Text.Json.Nodes;
using Pao.Activities;

namespace Pao.Orchestrator.Deciding;

/// <summary>An effect that goes on outside although nobody waits for it any more.</summary>
/// <param name="Execution">The action that made it.</param>
/// <param name="Handle">Where its executor finds it.</param>
/// <param name="WaitedFor">For people: the ticket, the run.</param>
public sealed record LeftEffect(ActionExecution Execution, JsonObject Handle, string WaitedFor);
