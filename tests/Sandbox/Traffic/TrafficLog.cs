using System.Text;

namespace Pao.Sandbox.Traffic;

/// <summary>The latest calls, for tests that hold them against the published descriptions of the systems that are played here.</summary>
internal sealed class TrafficLog
{
    private const int Kept = 2_000;

    private readonly Lock _gate = new();
    private readonly Queue<Exchange> _exchanges = new();

    public IReadOnlyList<Exchange> Below(string path)
    {
        lock (_gate)
            return [.. _exchanges.Where(exchange => exchange.Path.StartsWith(path, StringComparison.Ordinal))];
    }

    /// <summary>Lets the call through and keeps it.</summary>
    public async Task KeepAsync(HttpContext context, RequestDelegate next)
    {
        context.Request.EnableBuffering();
        var wire = context.Response.Body;
        using var answer = new MemoryStream();
        context.Response.Body = answer;
        await next(context);
        context.Response.Body = wire;

        Add(context, await ReadAsync(context.Request), Encoding.UTF8.GetString(answer.ToArray()));
        answer.Position = 0;
        await answer.CopyToAsync(wire, context.RequestAborted);
    }

    private void Add(HttpContext context, string body, string answer)
    {
        var request = context.Request;
        var exchange = new Exchange(
            request.Method, request.Path, request.QueryString.ToString(), request.ContentType, body,
            context.Response.StatusCode, context.Response.ContentType, answer);
        lock (_gate)
        {
            _exchanges.Enqueue(exchange);
            if (_exchanges.Count > Kept)
                _exchanges.Dequeue();
        }
    }

    private static async Task<string> ReadAsync(HttpRequest request)
    {
        request.Body.Position = 0;
        using var reader = new StreamReader(request.Body, leaveOpen: true);
        return await reader.ReadToEndAsync();
    }
}
