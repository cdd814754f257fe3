using System.Net;
using System.Text;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;
using Pao.Api.Tests.Harness;

namespace Pao.Api.Tests.Telemetry;

public sealed class OtlpTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task By_gRPC_spans_reach_the_collector_that_an_operator_named_and_the_guard_lets_nothing_else_pass()
    {
        var messages = Channel.CreateUnbounded<(string Path, string Header, string Text)>();
        await using var collector = await StartCollectorAsync(messages.Writer);
        var service = new Service
        {
            Settings = new Dictionary<string, string>
            {
                ["Pao:Telemetry:Otlp:Endpoint"] = collector.Urls.Single(),
                ["Pao:Telemetry:Otlp:Headers"] = "x-collector-key=abc",
                ["Pao:Telemetry:Otlp:Interval"] = "00:00:00.1",
                ["Pao:Egress:Allow:tests"] = "192.0.2.1", // the collector is on 127.0.0.1
                ["Pao:Egress:AllowHttp:tests"] = "192.0.2.1",
            },
        };
        await using var _ = service;
        await service.InitializeAsync();
        using var client = service.Client();
        using var answer = await client.GetAsync("/api/v1/catalog", Cancellation);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);

        await foreach (var (path, header, text) in messages.Reader.ReadAllAsync(Cancellation))
        {
            Assert.Equal(("/opentelemetry.proto.collector.trace.v1.TraceService/Export", "abc"), (path, header));
            if (text.Contains("GET /api/v1/catalog", StringComparison.Ordinal))
                break;
        }
    }

    private static async Task<WebApplication> StartCollectorAsync(ChannelWriter<(string Path, string Header, string Text)> messages)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        var app = builder.Build();
        app.Run(async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body, context.RequestAborted);
            await messages.WriteAsync(
                (context.Request.Path, context.Request.Headers["x-collector-key"].ToString(), Encoding.UTF8.GetString(body.ToArray())));
            context.Response.ContentType = "application/grpc";
            context.Response.DeclareTrailer("grpc-status");
            await context.Response.Body.WriteAsync(new byte[5], context.RequestAborted); // an empty message
            context.Response.AppendTrailer("grpc-status", "0");
        });
        await app.StartAsync(Cancellation);
        return app;
    }
}
