using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Pao.Activities.Tests;

/// <summary>Another system, behind real HTTP on loopback. It answers as the test says and keeps what it was sent.</summary>
internal sealed class Target : IAsyncDisposable
{
    private readonly WebApplication _app;

    private Target(WebApplication app) => _app = app;

    public string Url => _app.Urls.Single();

    public ConcurrentQueue<Received> Calls { get; } = new();

    public Received Call => Assert.Single(Calls);

    public static Task<Target> AnsweringAsync(int status, string body = "", string mediaType = "application/json") =>
        StartAsync(context =>
        {
            context.Response.StatusCode = status;
            context.Response.ContentType = mediaType;
            return body.Length is 0 ? Task.CompletedTask : context.Response.WriteAsync(body);
        });

    public static async Task<Target> StartAsync(RequestDelegate answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var target = new Target(builder.Build());
        target._app.Run(async context =>
        {
            target.Calls.Enqueue(await Received.ReadAsync(context.Request));
            await answer(context);
        });
        await target._app.StartAsync(TestContext.Current.CancellationToken);
        return target;
    }

    /// <summary>Answers nothing until the caller gives up.</summary>
    public static Task HangAsync(HttpContext context) => new TaskCompletionSource().Task.WaitAsync(context.RequestAborted);

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource();
        await now.CancelAsync(); // a call that hangs on purpose is not waited for
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
    }
}

internal sealed record Received(string Method, string PathAndQuery, IHeaderDictionary Headers, string Body)
{
    public static async Task<Received> ReadAsync(HttpRequest request)
    {
        using var reader = new StreamReader(request.Body);
        var headers = new HeaderDictionary(request.Headers.ToDictionary(StringComparer.OrdinalIgnoreCase));
        return new Received(request.Method, request.Path + request.QueryString, headers, await reader.ReadToEndAsync());
    }
}
