using System.Globalization;

namespace Pao.Soak.Faults;

/// <summary>A clock that libfaketime shows to one process; the monotonic clock stays true, as when a clock is set.</summary>
internal sealed class FakeClock
{
    private static readonly string[] Roots = ["/usr/lib", "/usr/local/lib"];

    private readonly string _library;
    private readonly string _file;

    private FakeClock(string library, string file)
    {
        (_library, _file) = (library, file);
        Set(TimeSpan.Zero);
    }

    /// <summary>How far the process's clock is off.</summary>
    public TimeSpan Offset { get; private set; }

    /// <summary>Null when libfaketime (Debian package faketime) is not installed.</summary>
    public static FakeClock? Find(string folder) =>
        Roots
            .Where(Directory.Exists)
            .SelectMany(root => Directory.GetDirectories(root).Append(root))
            .Select(candidate => Path.Combine(candidate, "faketime", "libfaketimeMT.so.1"))
            .FirstOrDefault(File.Exists) is { } library
            ? new FakeClock(library, Path.Combine(folder, "clock"))
            : null;

    public void Prepare(IDictionary<string, string?> environment)
    {
        environment["LD_PRELOAD"] = _library;
        environment["FAKETIME_TIMESTAMP_FILE"] = _file;
        environment["FAKETIME_CACHE_DURATION"] = "1"; // seconds
        environment["FAKETIME_DONT_FAKE_MONOTONIC"] = "1";
        // With its correction for old C libraries each wait with a limit ends at once, as timed out.
        environment["FAKETIME_FORCE_MONOTONIC_FIX"] = "0";
    }

    /// <summary>The process sees it a second later at most.</summary>
    public void Set(TimeSpan offset)
    {
        var text = offset.TotalSeconds.ToString("+0;-0;+0", CultureInfo.InvariantCulture);
        File.WriteAllText(_file + ".new", text + "\n");
        File.Move(_file + ".new", _file, overwrite: true);
        Offset = offset;
    }
}
