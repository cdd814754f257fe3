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

    /// <summary>Null where the system does not tell, or sets none.</summary>
    public static int? Own { get; } = File.Exists(Limits) ? Read(File.ReadLines(Limits)) : null;

    internal static int? Read(IEnumerable<string> limits)
    {
        var words = limits.FirstOrDefault(line => line.StartsWith(Line, StringComparison.Ordinal))?[Line.Length..]
            .Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return words is [var soft, ..] && int.TryParse(soft, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) ? limit : null;
    }
}
