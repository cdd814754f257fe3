using System.Globalization;
using System.Text.Json.Nodes;

namespace Pao.Orchestrator.Fulfilment;

internal static class RequestScope
{
    /// <summary>What templates read as <c>request.x</c>.</summary>
    public static JsonObject Of(FulfilmentInput input) => new()
    {
        ["id"] = input.RequestId.ToString(),
        ["user"] = new JsonObject
        {
            ["id"] = input.Requester.UserId,
            ["name"] = input.Requester.Name,
            ["email"] = input.Requester.Email,
            ["teams"] = new JsonArray([.. input.Requester.Teams.Select(team => JsonValue.Create(team))]),
        },
        ["team"] = input.Team,
        ["submittedAt"] = input.SubmittedAt.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
        ["correlationId"] = input.CorrelationId,
    };
}
