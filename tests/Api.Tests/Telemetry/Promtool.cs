using System.ComponentModel;
using System.Diagnostics;

namespace Pao.Tests.Telemetry;

/// <summary>Prometheus's own judge of metrics and rules (Debian's package prometheus).</summary>
internal static class Promtool
{
    /// <summary>Fails with what it says, unless it finds nothing to say.</summary>
    public static async Task AssertAcceptsAsync(string[] arguments, string input = "")
    {
        var start = new ProcessStartInfo("promtool", arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var promtool = Start(start);
        var (output, errors) = (promtool.StandardOutput.ReadToEndAsync(), promtool.StandardError.ReadToEndAsync());
        await promtool.StandardInput.WriteAsync(input);
        promtool.StandardInput.Close();
        await promtool.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(promtool.ExitCode is 0, $"promtool {string.Join(' ', arguments)} ended with {promtool.ExitCode}:\n{await output}\n{await errors}");
    }

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start) ?? throw new InvalidOperationException("promtool did not start.");
        }
        catch (Win32Exception missing)
        {
            throw new InvalidOperationException("promtool is not installed; it is in Debian's package prometheus, which ./test installs.", missing);
        }
    }
}
