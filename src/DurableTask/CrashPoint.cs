using System.Diagnostics;

namespace Pao.DurableTask;

/// <summary>
/// Named places at which a test kills the process. Calls exist only in builds that define <c>CRASH_POINTS</c> (Debug);
/// a released build has none of them.
/// </summary>
/// <remarks>
/// <c>PAO_CRASH_LOG</c> names a file to which each point appends its name when it is first reached;
/// <c>PAO_CRASH_AT</c> names the point at which the process kills itself with SIGKILL.
/// </remarks>
public static class CrashPoint
{
    private static readonly string? At = Environment.GetEnvironmentVariable("PAO_CRASH_AT");
    private static readonly string? LogFile = Environment.GetEnvironmentVariable("PAO_CRASH_LOG");
    private static readonly HashSet<string> Reached = [];
    private static readonly Lock Gate = new();

    [Conditional("CRASH_POINTS")]
    public static void Reach(string name)
    {
        if (At is null && LogFile is null)
            return;

        lock (Gate)
        {
            if (LogFile is not null && Reached.Add(name))
                File.AppendAllText(LogFile, name + "\n");

            if (name == At)
            {
                Process.GetCurrentProcess().Kill();
                Thread.Sleep(Timeout.Infinite); // the signal may take a moment; nothing may happen after this point
            }
        }
    }
}
