using System.Globalization;

namespace Pao.Bench.Growth;

/// <summary>Several processes on one PostgreSQL hub, 64 workflows in flight in all.</summary>
internal static class Processes
{
    private const int InFlight = 64;

    public static async Task RunAsync(Setup setup)
    {
        if (setup.Server is null)
            return;

        Table.Head("Processes on one PostgreSQL hub, 64 in flight in all", "processes", "workflows/s in all", "of each", "p50 ms of each", "p99 ms of each");
        foreach (var count in (int[])[1, 2, 4])
        {
            await using var store = await Store.PostgresAsync(setup, setup.Server);
            List<Child> children = [];
            try
            {
                for (var i = 0; i < count; i++)
                    children.Add(Child.Start("load", store, (InFlight / count).ToString(CultureInfo.InvariantCulture), setup.Seconds.ToString(CultureInfo.InvariantCulture)));
                foreach (var child in children)
                    await child.ReadAsync<Ready>();
                foreach (var child in children)
                    await child.TellAsync("go");
                var figures = await Task.WhenAll(children.Select(child => child.ReadAsync<Measurement>()));
                Table.Row($"| {count} | {figures.Sum(one => one.PerSecond):N0} | {All(figures, one => one.PerSecond, "N0")} | {All(figures, one => one.P50, "F1")} | {All(figures, one => one.P99, "F1")} |");
            }
            finally
            {
                children.ForEach(child => child.Dispose());
            }
        }
    }

    /// <summary>In a process of its own.</summary>
    public static async Task LoadAsync(Engine engine, string[] arguments)
    {
        var (inFlight, seconds) = (int.Parse(arguments[0], CultureInfo.InvariantCulture), int.Parse(arguments[1], CultureInfo.InvariantCulture));
        Child.Hear();
        await engine.MeasureAsync(inFlight, TimeSpan.FromSeconds(3));
        Child.Tell(await engine.MeasureAsync(inFlight, TimeSpan.FromSeconds(seconds)));
        await Console.In.ReadToEndAsync(); // until all have measured: one that leaves gives its share of the machine to the others
    }

    private static string All(Measurement[] figures, Func<Measurement, double> one, string format) =>
        string.Join(", ", figures.Select(of => one(of).ToString(format, CultureInfo.InvariantCulture)));
}
