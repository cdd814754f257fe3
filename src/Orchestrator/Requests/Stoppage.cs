using System.Text.Json.Nodes;

namespace Pao.Orchestrator.Requests;

/// <summary>
/// Why a request stops. The id tells this stop from any other, so it is recorded once however often it is reported; its
/// number, which a decision answers, is given when it is recorded.
/// </summary>
/// <param name="RequestId">The request that stops.</param>
/// <param name="Id">The same for every report of this stop.</param>
/// <param name="ActionId">The action that failed; none when the orchestration itself ended.</param>
/// <param name="Code">For programs.</param>
/// <param name="Message">For people.</param>
public sealed record Stoppage(Guid RequestId, Guid Id, string? ActionId, string Code, string Message)
{
    internal JsonObject ToJson(int attempts) => ActionId is null
        ? new() { ["code"] = Code, ["message"] = Message }
        : new() { ["action"] = ActionId, ["attempts"] = attempts, ["code"] = Code, ["message"] = Message };
}
