using System.Text.Json.Nodes;

namespace Pao.Sandbox.Ledgers;

/// <summary>What a call is answered; a repeat of the call is answered the same.</summary>
internal sealed record Answer(int Status, JsonObject Body)
{
    public static Answer Error(int status, string message) => new(status, new JsonObject { ["error"] = message });

    public IResult ToResult() => Results.Text(Body.ToJsonString(), "application/json", statusCode: Status);
}
