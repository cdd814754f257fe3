namespace Pao.Bench;

/// <summary>Ours and the peers in turn, round by round, and what is asked for beside the medians.</summary>
internal static class Comparison
{
    private const int Many = 64;
    private static readonly TimeSpan Warmup = TimeSpan.FromSeconds(3);

    public static async Task RunAsync(Setup setup)
    {
        Dictionary<(string Store, int InFlight), List<Measurement>> ours = [];
        List<PeerReport> peers = [];
        for (var round = 1; round <= setup.Rounds; round++)
        {
            Console.Error.WriteLine($"round {round} of {setup.Rounds}");
            await setup.OnEachStoreAsync(store => MeasureAsync(store, setup, ours));
            peers.Add(await Peers.RestateAsync(setup));
            if (setup.Server is not null)
                peers.Add(await Peers.DbosAsync(setup, setup.Server));
        }

        Table.Head("Ours", "store", "in flight", "workflows/s", "p50 ms", "p99 ms", "CPU µs/workflow", "KiB allocated/workflow", "workflows/s of each round");
        foreach (var (of, rounds) in ours)
            Table.Row($"| {of.Store} | {of.InFlight} | {Measurement.Median(rounds)} | {Rounds(rounds.Select(round => round.PerSecond))} |");

        var medians = Medians(peers);
        Table.Head("Peers", "peer", "in flight", "workflows/s", "p50 ms", "p99 ms", "workflows/s of each round", "settings");
        foreach (var (peer, run, rounds) in medians)
            Table.Row($"| {peer.Name} | {run.InFlight} | {run.PerSecond:N0} | {run.P50:F2} | {run.P99:F2} | {Rounds(rounds)} | {peer.Settings} |");

        Judge(ours, [.. medians.Select(median => median.Run)]);
    }

    private static async Task MeasureAsync(Store store, Setup setup, Dictionary<(string, int), List<Measurement>> ours)
    {
        await using var engine = await Engine.StartAsync(store);
        await engine.MeasureAsync(Many, Warmup);
        foreach (var inFlight in (int[])[1, Many])
        {
            var figures = await engine.MeasureAsync(inFlight, TimeSpan.FromSeconds(setup.Seconds));
            if (!ours.TryGetValue((store.Name, inFlight), out var rounds))
                ours.Add((store.Name, inFlight), rounds = []);
            rounds.Add(figures);
        }
    }

    private static List<(PeerReport Peer, PeerRun Run, IEnumerable<double> Rounds)> Medians(List<PeerReport> reports) =>
    [
        .. from report in reports
           from run in report.Runs
           group (report, run) by (report.Name, run.InFlight) into same
           let runs = same.Select(one => one.run).ToList()
           select (
               same.First().report,
               new PeerRun(
                   same.Key.InFlight,
                   runs.Select(run => run.PerSecond).Median(),
                   runs.Select(run => run.P50).Median(),
                   runs.Select(run => run.P99).Median()),
               runs.Select(run => run.PerSecond)),
    ];

    private static void Judge(Dictionary<(string Store, int InFlight), List<Measurement>> ours, IReadOnlyList<PeerRun> peers)
    {
        Table.Head("Against the faster peer", "what", "asked for", "measured", "");
        var perSecond = peers.Where(run => run.InFlight == Many).Max(run => run.PerSecond);
        var median = peers.Where(run => run.InFlight == 1).Min(run => run.P50);
        foreach (var ((store, inFlight), rounds) in ours)
        {
            var figures = Measurement.Median(rounds);
            var postgres = store == "PostgreSQL";
            if (inFlight == Many)
            {
                var (asked, ratio) = (postgres ? 3 : 5, figures.PerSecond / perSecond);
                Table.Row($"| {store}: throughput, {Many} in flight | ≥ {asked}× | {ratio:F2}× | {Table.Verdict(ratio >= asked)} |");
            }
            else
            {
                var (asked, ratio) = (postgres ? 0.7 : 0.35, figures.P50 / median);
                Table.Row($"| {store}: median, alone | ≤ {asked}× | {ratio:F2}× | {Table.Verdict(ratio <= asked)} |");
            }
        }
    }

    private static string Rounds(IEnumerable<double> values) => string.Join(", ", values.Select(value => FormattableString.Invariant($"{value:N0}")));
}
