using System.Globalization;

namespace Pao.Bench;

/// <summary>Processor time from Linux's <c>/proc</c>: of this process by its threads' names, and of others by their ids.</summary>
internal static class Processor
{
    private const double TicksPerSecond = 100; // what Linux reports in, whatever its own clock

    /// <summary>Seconds by thread name; threads of one name together. Empty where there is no <c>/proc</c>.</summary>
    public static Dictionary<string, double> Threads()
    {
        Dictionary<string, double> all = [];
        if (!Directory.Exists("/proc/self/task"))
            return all;

        foreach (var task in Directory.EnumerateDirectories("/proc/self/task"))
        {
            if (Read(Path.Combine(task, "stat")) is var (name, seconds))
                all[name] = all.GetValueOrDefault(name) + seconds;
        }

        return all;
    }

    /// <summary>Seconds by id, of those of the processes that run on this machine.</summary>
    public static Dictionary<long, double> Of(IEnumerable<long> processes)
    {
        Dictionary<long, double> all = [];
        foreach (var id in processes)
        {
            if (Read(string.Create(CultureInfo.InvariantCulture, $"/proc/{id}/stat")) is var (_, seconds))
                all[id] = seconds;
        }

        return all;
    }

    /// <summary>The name is in brackets and may have any character; user and system time are the 12th and 13th field after it.</summary>
    private static (string Name, double Seconds)? Read(string path)
    {
        string line;
        try
        {
            line = File.ReadAllText(path);
        }
        catch (IOException)
        {
            return null; // the thread or process has ended
        }

        var (open, close) = (line.IndexOf('('), line.LastIndexOf(')'));
        var fields = line[(close + 2)..].Split(' ');
        var ticks = long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture);
        return (line[(open + 1)..close], ticks / TicksPerSecond);
    }
}
