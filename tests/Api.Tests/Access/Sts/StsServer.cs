using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using Pao.Sandbox.Aws;

namespace Pao.Api.Tests.Access.Sts;

/// <summary>An STS that checks signatures as AWS does, and fails as a test says.</summary>
internal sealed class StsServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private int _calls;

    private StsServer(WebApplication app)
    {
        _app = app;
        app.MapFallback(async context =>
        {
            Interlocked.Increment(ref _calls);
            Seen = context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString());
            await Held.WaitAsync(context.RequestAborted);
            Held.Release();
            var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
            var (status, body) = Failure
                ?? Identities.Answer(target, name => context.Request.Headers[name].ToString(), TimeProvider.System.GetUtcNow());
            await Results.Text(body, "application/json", statusCode: status).ExecuteAsync(context);
        });
    }

    public CallerIdentities Identities { get; } = new();

    /// <summary>What every call is answered with, in place of the truth.</summary>
    public (int Status, string Body)? Failure { get; set; }

    /// <summary>Taken by a test, it holds the answers up.</summary>
    public SemaphoreSlim Held { get; } = new(1);

    public IReadOnlyDictionary<string, string> Seen { get; private set; } = new Dictionary<string, string>();

    public int Calls => Volatile.Read(ref _calls);

    public string Endpoint => $"{_app.Urls.Single()}/";

    public static async Task<StsServer> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        var server = new StsServer(app);
        await app.StartAsync();
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        Held.Dispose();
    }
}
