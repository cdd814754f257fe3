using System.IO.Pipelines;
using System.Net;
using Pao.Api.Hosting;
using Pao.Api.Tests.Harness;

namespace Pao.Api.Tests.Hosting;

/// <summary>A process with room for one call, and nobody waiting for it.</summary>
public sealed class CallGateTests : IAsyncLifetime
{
    private readonly Service _service = new()
    {
        Settings = new Dictionary<string, string> { ["Pao:Limits:Calls"] = "1", ["Pao:Limits:WaitingCalls"] = "0" },
    };

    private HttpClient? _client;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private HttpClient Client => _client ?? throw new InvalidOperationException("Not started.");

    public async ValueTask InitializeAsync()
    {
        await _service.InitializeAsync();
        _client = _service.Client();
    }

    public async ValueTask DisposeAsync()
    {
        _client?.Dispose();
        await _service.DisposeAsync();
    }

    [Fact]
    public async Task A_call_beyond_what_the_process_can_do_is_told_to_come_back_and_probes_are_answered()
    {
        var body = new Pipe();
        using var content = new StreamContent(body.Reader.AsStream());
        content.Headers.ContentType = new("application/json");
        var held = Client.PostAsync("/api/v1/requests", content, Stop);
        await body.Writer.WriteAsync("{"u8.ToArray(), Stop);

        using var refused = await UntilAsync(HttpStatusCode.ServiceUnavailable);
        Assert.Equal("server.busy", (string?)(await Service.ReadAsync(refused))["code"]);
        Assert.NotNull(refused.Headers.RetryAfter);
        using (var probe = await Client.GetAsync("/api/v1/health/ready", Stop))
            Assert.Equal(HttpStatusCode.OK, probe.StatusCode);

        await body.Writer.CompleteAsync();
        using (var answer = await held)
            Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        using var taken = await UntilAsync(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Who_waits_for_a_change_holds_up_nobody()
    {
        _service.Target.Fail(times: 1, status: 400);
        var id = (string?)(await Service.SubmitAsync(Client, TestCatalog.Steps, new { name = "waits" }))["id"] ?? "";
        await Service.WaitForAsync(Client, $"/api/v1/requests/{id}", request => (string?)request["status"] == "failed");
        using var over = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var waiting = Client.GetAsync($"/api/v1/requests/{id}/status?wait=60s", over.Token);

        using var answer = await UntilAsync(HttpStatusCode.OK);

        Assert.False(waiting.IsCompleted);
        await over.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }

    [Theory]
    [InlineData("Max open files            256                  256                  files     ", 256)]
    [InlineData("Max open files            unlimited            unlimited            files     ", null)]
    [InlineData("Max processes             256                  256                  processes ", null)]
    public void The_limit_on_files_is_what_the_system_tells(string line, int? limit) =>
        Assert.Equal(limit, FileLimit.Read(["Limit                     Soft Limit           Hard Limit           Units     ", line]));

    private async Task<HttpResponseMessage> UntilAsync(HttpStatusCode status)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        for (var tries = 0; ; tries++)
        {
            var answer = await Client.GetAsync("/api/v1/requests", Stop);
            if (answer.StatusCode == status)
                return answer;
            answer.Dispose();
            Assert.True(tries < 200, $"no answer was {status}");
            await timer.WaitForNextTickAsync(Stop);
        }
    }
}
