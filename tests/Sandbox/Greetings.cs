using System.Text.Json.Nodes;
using Pao.Sandbox.Ledgers;

namespace Pao.Sandbox;

/// <summary>The smallest service that a catalog can offer.</summary>
internal static class Greetings
{
    public static void MapGreetings(this IEndpointRouteBuilder routes) => routes.MapPost("/greetings", Greet);

    private static IResult Greet(Call call, Ledger ledger) => ledger.Perform(call, () =>
        call.Json?["name"] is JsonValue name
            ? new Answer(201, new JsonObject { ["id"] = $"greeting-{Guid.NewGuid():n}", ["greeting"] = $"Hello, {name}!" })
            : Answer.Error(400, "the body needs a name"))
        .ToResult();
}
