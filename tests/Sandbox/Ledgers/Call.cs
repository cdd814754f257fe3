using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Pao.Sandbox.Ledgers;

/// <summary>A call as it arrived.</summary>
internal sealed record Call(string? Key, string Method, string Path, byte[] Body)
{
    public string BodySha256 { get; } = Convert.ToHexStringLower(SHA256.HashData(Body));

    /// <summary>The body as a JSON object; null when it is none.</summary>
    public JsonObject? Json { get; } = Parse(Body);

    /// <summary>Makes the call a parameter of endpoints.</summary>
    public static async ValueTask<Call?> BindAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        var key = context.Request.Headers["Idempotency-Key"].ToString();
        return new Call(key.Length > 0 ? key : null, context.Request.Method, context.Request.Path, body.ToArray());
    }

    /// <summary>The call that a filter sees: what its endpoint has bound already, since a body can be read once.</summary>
    public static async ValueTask<Call> OfAsync(EndpointFilterInvocationContext context) =>
        context.Arguments.OfType<Call>().FirstOrDefault()
        ?? await BindAsync(context.HttpContext)
        ?? throw new InvalidOperationException("Every call can be read.");

    private static JsonObject? Parse(byte[] body)
    {
        try
        {
            return JsonNode.Parse(body) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
