using System.Globalization;

namespace Pao.Bench;

/// <summary>Ours against the faster peer of the same run, beside what is asked for.</summary>
internal static class Comparison
{
    public static void Print(IReadOnlyList<(string Store, int InFlight, Measurement Figures)> ours, IReadOnlyList<PeerReport> peers)
    {
        Console.WriteLine();
        Console.WriteLine("| peer | in flight | workflows/s | p50 ms | p99 ms | settings |");
        Console.WriteLine("|---|---|---|---|---|---|");
        foreach (var peer in peers)
            foreach (var run in peer.Runs)
                Write($"| {peer.Name} | {run.InFlight} | {run.PerSecond:N0} | {run.P50:F2} | {run.P99:F2} | {peer.Settings} |");

        Console.WriteLine();
        Console.WriteLine("| against the faster peer | asked for | measured | |");
        Console.WriteLine("|---|---|---|---|");
        var perSecond = peers.SelectMany(peer => peer.Runs).Where(run => run.InFlight == 64).Max(run => run.PerSecond);
        var median = peers.SelectMany(peer => peer.Runs).Where(run => run.InFlight == 1).Min(run => run.P50);
        foreach (var (store, inFlight, figures) in ours)
        {
            var postgres = store == "PostgreSQL";
            var (what, asked, sign, ratio) = inFlight == 64
                ? ("throughput, 64 in flight", postgres ? 3 : 5, "≥", figures.PerSecond / perSecond)
                : ("median, alone", postgres ? 0.7 : 0.35, "≤", figures.P50 / median);
            var reached = inFlight == 64 ? ratio >= asked : ratio <= asked;
            Write($"| {store}: {what} | {sign} {asked}× | {ratio:F2}× | {(reached ? "reached" : "missed")} |");
        }
    }

    private static void Write(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
