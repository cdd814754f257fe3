using System.Globalization;

namespace Pao.Api.Hosting;

/// <summary>
/// How many files, and with them connections, this process may have open. Where they run out nothing works any more: neither
/// the database nor a call to another system. So callers get a part of them only.
/// </summary>
internal static class FileLimit
{
    private const string Limits = "/proc/self/limits";
    private const string Line = "Max open files";

    /// <summary>
    /// The runtime keeps two files open for each assembly, 320 at rest and 500 when all are in use; the databases' and those of
    /// the actions come on top.
    /// </summary>
    private const int OwnNeed = 640;

    private const int Least = 768;
    private const int FilesPerCall = 8; // beside its connection: the database's, and as much again for what it starts
    private const int FewestCalls = 8;

    /// <summary>More at a time does not make a process do more, only each call slower: most of them then end for callers that have gone.</summary>
    private const int MostCalls = 32;

    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);
    private const int LooksPerLine = 60;

    /// <summary>As it is now; null where the system does not tell, or sets none.</summary>
    public static int? Own => File.Exists(Limits) ? Read(File.ReadLines(Limits)) : null;

    /// <summary>
    /// Waits while there are too few to begin with, and says so. A process that ended instead would be begun again and again; this one
    /// goes on as soon as somebody gives it more.
    /// </summary>
    /// <param name="told">Where it says so: logging needs files, too.</param>
    public static Task AwaitEnoughAsync(TextWriter told) => AwaitEnoughAsync(() => Own, told, TimeProvider.System);

    internal static async Task AwaitEnoughAsync(Func<int?> own, TextWriter told, TimeProvider time)
    {
        using var timer = new PeriodicTimer(Look, time);
        for (var looks = 0; WhyTooFew(own()) is { } why; looks++)
        {
            if (looks % LooksPerLine == 0)
                await told.WriteLineAsync(why);
            await timer.WaitForNextTickAsync();
        }
    }

    /// <summary>Null when there are enough.</summary>
    public static string? WhyTooFew(int? files) => files < Least
        ? $"PAO needs {Least} open files at least and may have {files}. It begins when the limit of the process is raised "
            + $"(prlimit --pid {Environment.ProcessId} --nofile=65536; for the next start ulimit -n, LimitNOFILE=)."
        : null;

    public static int CallsWithin(int? files) =>
        files is { } limit ? Math.Clamp((limit - OwnNeed) / FilesPerCall, FewestCalls, MostCalls) : MostCalls;

    public static int? ConnectionsWithin(int? files) => files is { } limit ? Math.Max((limit - OwnNeed) * 2 / 3, 1) : null;

    internal static int? Read(IEnumerable<string> limits)
    {
        var words = limits.FirstOrDefault(line => line.StartsWith(Line, StringComparison.Ordinal))?[Line.Length..]
            .Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return words is [var soft, ..] && int.TryParse(soft, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) ? limit : null;
    }
}
