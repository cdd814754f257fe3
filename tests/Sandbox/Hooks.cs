using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Pao.Sandbox.Ledgers;

namespace Pao.Sandbox;

/// <summary>Receives signed webhooks, as a careful receiver does.</summary>
internal static class Hooks
{
    private static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(5);

    public static void MapHooks(this IEndpointRouteBuilder routes) => routes.MapPost("/hooks/{name}", Receive);

    private static IResult Receive(
        string name, Call call, HttpRequest request, IConfiguration configuration, Ledger ledger, TimeProvider clock)
    {
        var secret = configuration["Sandbox:WebhookSecret"] ?? "sandbox-webhook-secret";
        return (WhyRefused(request, call, secret, clock) is { } reason
            ? ledger.Note(call, Outcome.Refused, Answer.Error(401, reason))
            : ledger.Perform(call, () => new Answer(202, new JsonObject { ["received"] = name })))
            .ToResult();
    }

    private static string? WhyRefused(HttpRequest request, Call call, string secret, TimeProvider clock)
    {
        var timestamp = request.Headers["X-Pao-Timestamp"].ToString();
        if (!long.TryParse(timestamp, CultureInfo.InvariantCulture, out var seconds))
            return "the header X-Pao-Timestamp is missing";

        if ((clock.GetUtcNow() - DateTimeOffset.FromUnixTimeSeconds(seconds)).Duration() > Tolerance)
            return "the timestamp is too far from now";

        var signed = (byte[])[.. Encoding.ASCII.GetBytes($"{timestamp}."), .. call.Body];
        var expected = "sha256=" + Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), signed));
        var given = request.Headers["X-Pao-Signature"].ToString();
        return CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(expected), Encoding.UTF8.GetBytes(given))
            ? null
            : "the signature does not fit";
    }
}
