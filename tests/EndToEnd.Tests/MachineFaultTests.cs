using System.Net;
using System.Net.Sockets;
using Pao.EndToEnd.Tests.Programs;

namespace Pao.EndToEnd.Tests;

/// <summary>What a machine does to a process that has done nothing wrong.</summary>
public sealed class MachineFaultTests : EndToEndTest
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_stdout_that_nobody_reads_holds_up_nothing()
    {
        var pipe = Folder("stdout");
        await RunAsync("mkfifo", pipe);
        using var reader = new FileStream(pipe, FileMode.Open, FileAccess.ReadWrite); // a pipe opens when both ends are there
        var pao = Own(new PaoProcess(Sandbox, Folder("data")) { Wrapper = ["bash", "-c", $"exec \"$@\" > {pipe}", "bash"] });
        await pao.StartAsync(("Logging__LogLevel__Default", "Debug"));

        var ids = await Task.WhenAll(Enumerable.Range(0, 60).Select(i => pao.Api.SubmitAsync("testing-three-steps", Named($"mute-{i}"))));
        foreach (var id in ids)
            await pao.Api.AssertCompletesAsync(id);
        await pao.SignalAsync("TERM");
        await pao.WaitForExitAsync(Patience);

        Assert.Equal(0, pao.ExitCode);
        Assert.InRange(await HeldAsync(reader), 32_768, 65_536); // it was full: a page of it that begins with one write may have room for no other
    }

    [Fact]
    public async Task A_full_disk_costs_new_requests_only_while_it_is_full()
    {
        var data = Folder("data");
        Directory.CreateDirectory(data);
        var pao = Own(new PaoProcess(Sandbox, data)
        {
            // A small file system of its own, which nobody else sees; it takes no rights.
            Wrapper = ["unshare", "--map-root-user", "--mount", "bash", "-c", $"mount -t tmpfs -o size=24m tmpfs {data} && exec \"$@\"", "bash"],
        });
        pao.KeyFolder = () => $"/proc/{pao.Id}/root{data}";
        await pao.StartAsync();
        var process = pao.Id;
        var before = await SubmitAsync(pao, "before", 10);
        var filler = Path.Combine(pao.KeyFolder(), "filler");

        await RunAsync("sh", "-c", $"cat /dev/zero > {filler} 2> /dev/null; true");
        await Until.TrueAsync(async () => !await pao.IsReadyAsync(), () => $"it is not ready; it said:\n{pao.Output}");
        using (var refused = await pao.Api.SendAsync(HttpMethod.Post, "/requests", PaoApi.Submission("testing-three-steps", Named("full"))))
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
            Assert.NotNull(refused.Headers.RetryAfter);
        }

        File.Delete(filler);
        await pao.WaitUntilReadyAsync();
        var after = await SubmitAsync(pao, "after", 10);
        foreach (var id in before.Concat(after))
            await pao.Api.AssertCompletesAsync(id);

        Assert.Equal(process, pao.Id);
        await AssertEffectsAsync([.. before, .. after], "first", "second", "third");
        foreach (var id in before.Concat(after))
            await AssertHistoryAsync(pao.Api, id);
    }

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task More_connections_than_files_cost_only_those_that_are_too_many(string store)
    {
        const int connections = 500;
        var pao = Own(new PaoProcess(Sandbox, Folder("data"), await NewDatabaseAsync(store)) { Wrapper = ["prlimit", "--nofile=1024"] });
        await pao.StartAsync();
        var ids = await SubmitAsync(pao, "few", 20);
        var port = new Uri(pao.Url).Port;

        List<Socket> sockets = [];
        for (var i = 0; i < connections; i++)
        {
            sockets.Add(new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp));
            await sockets[^1].ConnectAsync(IPAddress.Loopback, port, Cancellation);
        }

        // With all of its connections taken, what was accepted goes on: it needs files and connections of its own.
        await Until.TrueAsync(
            async () => (await Sandbox.LedgerAsync()).Count(entry => entry.Outcome == "effect") == ids.Count * 3, () => $"the requests are fulfilled:\n{pao.Output}");
        Assert.InRange(Directory.GetFiles($"/proc/{pao.Id}/fd").Length, 256, 900);
        Assert.Null(await TryAsync(pao, 1)); // whoever comes now waits to be taken
        foreach (var socket in sockets)
            socket.Dispose();

        await pao.WaitUntilReadyAsync();
        var calls = await Task.WhenAll(Enumerable.Range(0, connections).Select(i => TryAsync(pao, i)));
        Assert.DoesNotContain(HttpStatusCode.InternalServerError, calls);
        Assert.Contains(HttpStatusCode.OK, calls);
        await pao.WaitUntilReadyAsync();
        foreach (var id in ids.Concat(await SubmitAsync(pao, "again", 5)))
            await pao.Api.AssertCompletesAsync(id);
    }

    [Fact]
    public async Task A_process_that_may_open_too_few_files_says_so_and_begins_when_it_may_open_more()
    {
        var pao = Own(new PaoProcess(Sandbox, Folder("data")) { Wrapper = ["prlimit", "--nofile=256"] });
        pao.Launch();
        await Until.TrueAsync(() => Task.FromResult(pao.Said("needs 768 open files at least and may have 256")), () => $"it tells of the limit; it said:\n{pao.Output}");

        // Whoever may not give it more, as in a container, sees that it waits.
        if (await ExitCodeAsync("prlimit", "--pid", $"{pao.Id}", "--nofile=1024") == 0)
        {
            await pao.WaitUntilReadyAsync();
            foreach (var id in await SubmitAsync(pao, "more", 5))
                await pao.Api.AssertCompletesAsync(id);
        }

        await pao.SignalAsync("TERM");
        await pao.WaitForExitAsync(Patience);
    }

    private static async Task<IReadOnlyList<string>> SubmitAsync(PaoProcess pao, string name, int count) =>
        await Task.WhenAll(Enumerable.Range(0, count).Select(i => pao.Api.SubmitAsync("testing-three-steps", Named($"{name}-{i}"))));

    /// <summary>A call on a connection of its own; null when it was cut off.</summary>
    private static async Task<HttpStatusCode?> TryAsync(PaoProcess pao, int number)
    {
        using var api = pao.NewApi(TimeSpan.FromSeconds(10));
        try
        {
            using var response = await api.SendAsync(HttpMethod.Get, $"/requests?limit={1 + (number % 100)}");
            return response.StatusCode;
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            return null;
        }
    }

    private static async Task RunAsync(string program, params string[] arguments) => Assert.Equal(0, await ExitCodeAsync(program, arguments));

    private static async Task<int> ExitCodeAsync(string program, params string[] arguments)
    {
        using var process = System.Diagnostics.Process.Start(program, arguments);
        await process.WaitForExitAsync(Cancellation);
        return process.ExitCode;
    }

    /// <summary>How much the pipe holds; both ends of it are open here, so reading more would wait for ever.</summary>
    private static async Task<int> HeldAsync(FileStream pipe)
    {
        var buffer = new byte[1 << 20];
        return await pipe.ReadAsync(buffer, Cancellation);
    }
}
