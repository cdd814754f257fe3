using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Pao.Api.Tests.Catalog.Probing;

/// <summary>A service whose health is asked for. It answers as a test says, dies, and comes back on its port.</summary>
public sealed class Probed : IAsyncDisposable
{
    private WebApplication? _app;

    private Probed()
    {
    }

    public Uri Address { get; private set; } = new("http://127.0.0.1:0");

    /// <summary>What was asked for, in order.</summary>
    public ConcurrentQueue<string> Asked { get; } = new();

    public RequestDelegate Answer { get; set; } = Ok;

    public static async Task<Probed> StartAsync()
    {
        var probed = new Probed();
        await probed.ComeBackAsync();
        return probed;
    }

    public static Task Ok(HttpContext context) => context.Response.WriteAsync("fine");

    public static Task Hang(HttpContext context) => Task.Delay(Timeout.Infinite, context.RequestAborted);

    public static RequestDelegate Status(int status) => context =>
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsync("the database's password is in here");
    };

    public int CallsOf(string path) => Asked.Count(asked => asked == path);

    public async Task ComeBackAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        _app = builder.Build();
        _app.Urls.Add($"http://127.0.0.1:{Address.Port}");
        _app.Run(context =>
        {
            Asked.Enqueue($"{context.Request.Path}{context.Request.QueryString}");
            return Answer(context);
        });
        await _app.StartAsync();
        Address = new Uri(_app.Urls.Single());
    }

    public async Task DieAsync()
    {
        if (_app is null)
            return;

        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
        _app = null;
    }

    public async ValueTask DisposeAsync() => await DieAsync();
}
