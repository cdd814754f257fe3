using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Pao.Api.Tests.Harness;

/// <summary>The outside world: a service that takes calls, remembers them, and fails as often as a test says.</summary>
public sealed class Target : IAsyncDisposable
{
    private readonly WebApplication _app;
    private int _failuresLeft;
    private int _failure = StatusCodes.Status503ServiceUnavailable;

    private Target(WebApplication app)
    {
        _app = app;
        app.MapPost("/{**path}", AnswerAsync);
    }

    public Uri Address => new(_app.Urls.Single());

    public ConcurrentQueue<TargetCall> Calls { get; } = new();

    public static async Task<Target> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        var target = new Target(app);
        await app.StartAsync();
        return target;
    }

    public void Fail(int times, int status)
    {
        _failure = status;
        Volatile.Write(ref _failuresLeft, times);
    }

    public IEnumerable<TargetCall> CallsOf(Guid requestId) =>
        Calls.Where(call => call.Key.StartsWith(requestId.ToString(), StringComparison.Ordinal));

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private async Task<IResult> AnswerAsync(HttpRequest request)
    {
        using var reader = new StreamReader(request.Body);
        var body = await reader.ReadToEndAsync();
        Calls.Enqueue(new TargetCall(
            request.Path, request.Headers["Idempotency-Key"].ToString(), request.Headers["X-Correlation-Id"].ToString(), body));
        if (request.Path.StartsWithSegments("/flaky") && Interlocked.Decrement(ref _failuresLeft) >= 0)
            return Results.Text("not now", statusCode: _failure);

        return Results.Json(new JsonObject { ["id"] = "made-1" }, statusCode: 201);
    }
}

public sealed record TargetCall(string Path, string Key, string CorrelationId, string Body);
