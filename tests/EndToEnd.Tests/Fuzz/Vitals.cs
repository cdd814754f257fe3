using System.Globalization;

namespace Pao.EndToEnd.Tests.Fuzz;

/// <summary>What a process has, as the kernel tells.</summary>
internal sealed record Vitals(int Mebibytes, int Files, int Threads)
{
    /// <returns>Null of one that is dying.</returns>
    public static Vitals? Of(int process)
    {
        var lines = File.ReadAllLines($"/proc/{process}/status");
        if (!Array.Exists(lines, line => line.StartsWith("VmRSS:", StringComparison.Ordinal)))
            return null;

        return new Vitals(Number(lines, "VmRSS:") / 1024, Directory.GetFileSystemEntries($"/proc/{process}/fd").Length, Number(lines, "Threads:"));
    }

    public override string ToString() => $"{Mebibytes} MiB, {Files} files, {Threads} threads";

    private static int Number(string[] lines, string name) =>
        int.Parse(lines.Single(line => line.StartsWith(name, StringComparison.Ordinal))[name.Length..].Split(null as char[], StringSplitOptions.RemoveEmptyEntries)[0], CultureInfo.InvariantCulture);
}
