using System.Diagnostics;
using Pao.EndToEnd.Tests.Programs;

namespace Pao.EndToEnd.Tests;

/// <summary>PAO as its image is to be run: nothing but the data directory can be written, and the user has no rights.</summary>
public sealed class ReadOnlyTests : EndToEndTest
{
    private const string ImageUser = "1654:1654";

    private static string Wrapper => Path.Combine(Repository.Root, "tests", "EndToEnd.Tests", "Programs", "read-only");

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task On_a_read_only_file_system_a_user_without_rights_starts_it_and_requests_complete(string store)
    {
        CopyFolder(Path.GetDirectoryName(Repository.Program("Api")) ?? "", Folder("app"));
        CopyFolder(Repository.TestCatalog, Folder("catalog"));
        Directory.CreateDirectory(Folder("data"));
        await RunAsync("chmod", "-R", "a+rX", Folder("."));
        if (Environment.IsPrivilegedProcess)
            await RunAsync("chown", ImageUser, Folder("data"));
        await AssertReadOnlyAsync();

        var pao = Own(new PaoProcess(Sandbox, Folder("data"), await NewDatabaseAsync(store), Folder("catalog"))
        {
            Executable = Path.Combine(Folder("app"), "Pao.Api"),
            Wrapper = [Wrapper, Folder("data")],
            Settings = ["--contentRoot", Folder("app")],
        });
        await pao.StartAsync();

        Assert.Equal("completed", await pao.Api.EndOfAsync(await pao.Api.SubmitAsync("testing-three-steps", Named("read-only"))));
        Assert.DoesNotContain("Read-only file system", pao.WholeOutput, StringComparison.Ordinal);
        await pao.SignalAsync("TERM");
        await pao.WaitForExitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(0, pao.ExitCode);
    }

    /// <summary>The wrapper does what it is for, else the test proves nothing.</summary>
    private async Task AssertReadOnlyAsync()
    {
        Assert.NotEqual(0, await StatusAsync(Wrapper, Folder("data"), "touch", Path.Combine(Folder("app"), "written")));
        Assert.NotEqual(0, await StatusAsync(Wrapper, Folder("data"), "touch", "/tmp/written"));
        Assert.Equal(0, await StatusAsync(Wrapper, Folder("data"), "touch", Path.Combine(Folder("data"), "written")));
        Assert.NotEqual(0, await StatusAsync(Wrapper, Folder("data"), "grep", "-q", "CapEff.*[1-9a-f]", "/proc/self/status"));
    }

    private static async Task RunAsync(string program, params string[] arguments) =>
        Assert.Equal(0, await StatusAsync(program, arguments));

    private static async Task<int> StatusAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return process.ExitCode;
    }
}
