using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.WebUtilities;

namespace Pao.Sandbox.Ledgers;

/// <summary>A call as it arrived; the fields of a form by themselves.</summary>
internal sealed record Call(string? Key, string Method, string Path, byte[] Body, JsonObject? Form = null, string? TraceParent = null)
{
    public string BodySha256 { get; } = Convert.ToHexStringLower(SHA256.HashData(Body));

    /// <summary>The body as a JSON object; null when it is none, and no form either.</summary>
    public JsonObject? Json { get; } = Form ?? Parse(Body);

    /// <summary>Makes the call a parameter of endpoints.</summary>
    public static async ValueTask<Call?> BindAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        var key = context.Request.Headers["Idempotency-Key"].ToString();
        var form = context.Request.HasFormContentType ? ParseForm(Encoding.UTF8.GetString(body.ToArray())) : null;
        return new Call(
            key.Length > 0 ? key : null, context.Request.Method, context.Request.Path, body.ToArray(), form, context.Request.Headers.TraceParent);
    }

    private static JsonObject ParseForm(string body) => new(
        QueryHelpers.ParseQuery(body).Select(field => KeyValuePair.Create(field.Key, (JsonNode?)field.Value.ToString())));

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
