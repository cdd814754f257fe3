using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Pao.Api.Hosting;
using Pao.Api.Tests.Harness;
using Pao.Catalog;

namespace Pao.Api.Tests.Hosting;

/// <summary>A process with room for one call, and nobody waiting for it.</summary>
public sealed class CallGateTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Service _service = new()
    {
        Settings = new Dictionary<string, string> { ["Pao:Limits:Calls"] = "1", ["Pao:Limits:WaitingCalls"] = "0", ["Pao:Catalog:Watch"] = "false" },
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
        using var held = new SemaphoreSlim(0);
        using var release = new ManualResetEventSlim();
        _service.Services.GetRequiredService<ServiceCatalog>().Swapped += _ =>
        {
            held.Release();
            release.Wait(TimeSpan.FromMinutes(1));
        };
        _service.ChangeVersion(TestCatalog.Steps, "9.9.9");
        var call = Client.PostAsync("/api/v1/catalog/refresh", content: null, Stop);
        Assert.True(await held.WaitAsync(TimeSpan.FromSeconds(30), Stop));

        using var refused = await UntilAsync(HttpStatusCode.ServiceUnavailable);
        Assert.Equal("server.busy", (string?)(await Service.ReadAsync(refused))["code"]);
        Assert.NotNull(refused.Headers.RetryAfter);
        using (var probe = await Client.GetAsync("/api/v1/health/ready", Stop))
            Assert.Equal(HttpStatusCode.OK, probe.StatusCode);
        using (var large = await Client.PostAsync("/api/v1/metrics", new StringContent("a body that is read"), Stop))
            Assert.Equal(HttpStatusCode.ServiceUnavailable, large.StatusCode);

        release.Set();
        using (var answer = await call)
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        using var taken = await UntilAsync(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Who_waits_for_a_change_holds_up_nobody()
    {
        _service.Target.Fail(times: 1, status: 400);
        var id = (string?)(await Service.SubmitAsync(Client, TestCatalog.Steps, new { name = "waits" }))["id"] ?? "";
        await Service.WaitForAsync(Client, $"/api/v1/requests/{id}", request => (string?)request["status"] == "failed");
        using var over = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        Task<HttpResponseMessage> waiting;
        do
        {
            // Of two calls at once for one place either may be the one that is refused.
            waiting = Client.GetAsync($"/api/v1/requests/{id}/status?wait=60s", over.Token);
            using var answer = await UntilAsync(HttpStatusCode.OK);
        }
        while (waiting.IsCompleted && (await waiting).StatusCode is HttpStatusCode.ServiceUnavailable);

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

    [Theory]
    [InlineData(768, 16, 85)]
    [InlineData(1024, 32, 256)]
    [InlineData(65536, 32, 43264)]
    [InlineData(null, 32, null)]
    public void Callers_get_what_the_process_itself_does_not_need(int? files, int calls, int? connections)
    {
        Assert.Null(FileLimit.WhyTooFew(files));
        Assert.Equal((calls, connections), (FileLimit.CallsWithin(files), FileLimit.ConnectionsWithin(files)));
    }

    [Fact]
    public async Task With_too_few_files_it_waits_says_so_once_a_minute_and_goes_on_with_enough()
    {
        var time = new FakeTimeProvider();
        await using var told = new StringWriter();
        using var looks = new SemaphoreSlim(0);
        var files = 256;
        var enough = FileLimit.AwaitEnoughAsync(Look, told, time);
        for (var second = 0; second < 90; second++)
        {
            Assert.True(await looks.WaitAsync(Patience, TestContext.Current.CancellationToken));
            time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.False(enough.IsCompleted);
        Assert.Equal(2, told.ToString().Split("needs 768 open files at least and may have 256").Length - 1);
        Assert.True(await looks.WaitAsync(Patience, TestContext.Current.CancellationToken));
        files = 768;
        time.Advance(TimeSpan.FromSeconds(1));
        await enough.WaitAsync(Patience, TestContext.Current.CancellationToken);

        int? Look()
        {
            looks.Release();
            return files;
        }
    }

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
