using System.Text;
using System.Text.Json.Nodes;

namespace Pao.Sandbox.Git;

/// <summary>What a host's API answers, before the headers that all its answers carry.</summary>
internal sealed record ApiAnswer(int Status, byte[] Body, string ContentType) : IResult
{
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    public static ApiAnswer Of(JsonNode json, int status = 200) =>
        new(status, Encoding.UTF8.GetBytes(json.ToJsonString()), "application/json; charset=utf-8");

    public static ApiAnswer Bytes(byte[] body, string contentType) => new(200, body, contentType);

    public static ApiAnswer Error(int status, string message) => Of(new JsonObject { ["message"] = message }, status);

    public static ApiAnswer NotFound(string message = "Not Found") => Error(404, message);

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.StatusCode = Status;
        foreach (var (name, value) in Headers)
            response.Headers[name] = value;
        if (Status is 204 or 304)
            return;
        response.ContentType = ContentType;
        response.ContentLength = Body.Length;
        if (!HttpMethods.IsHead(httpContext.Request.Method))
            await response.Body.WriteAsync(Body, httpContext.RequestAborted);
    }
}
