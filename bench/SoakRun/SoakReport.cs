using System.Globalization;
using System.Text;
using Pao.Soak.Checks;
using Pao.Soak.Faults;

namespace Pao.Soak;

/// <summary>What a soak found, as Markdown.</summary>
internal sealed class SoakReport
{
    private const double Recovered = 0.95;
    private const int MostFindings = 50;
    private static readonly TimeSpan RecoveryTime = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan WarmTime = TimeSpan.FromMinutes(1);
    private const int FewestSamples = 20;
    private const double MemoryGrowth = 1.25;

    private readonly SoakSettings _settings;
    private readonly Load _load;
    private readonly IReadOnlyList<Fault> _faults;
    private readonly Samples _samples;
    private readonly List<string> _findings;
    private readonly string _goodput;
    private readonly string _memory;

    public SoakReport(SoakSettings settings, Load load, IReadOnlyList<Fault> faults, Samples samples, IReadOnlyList<string> findings)
    {
        (_settings, _load, _faults, _samples, _findings) = (settings, load, faults, samples, [.. findings]);
        _goodput = JudgeGoodput();
        _memory = JudgeMemory();
        if (faults.Count == 0)
            _findings.Add("no fault was done");
    }

    public bool IsClean => _findings.Count == 0;

    public override string ToString()
    {
        var text = new StringBuilder();
        Line(text, $"# Soak: {(IsClean ? "passed" : $"{_findings.Count} findings")}");
        Line(text, $"");
        Line(text, $"Seed {_settings.Seed}, {_settings.Duration.TotalMinutes:F0} minutes, {_settings.Rate} orchestrations a second, lease {_settings.Lease.TotalSeconds:F0} s.");
        Line(text, $"");
        var times = _load.Seconds.Order().ToList();
        Line(text, $"- {_load.Offered} orchestrations offered, {_load.Ended.Count} ended and purged; with children {_load.Checked} checked; {_load.Retries} calls repeated");
        Line(text, $"- from acknowledged to ended: p50 {At(times, 0.5):F1} s, p99 {At(times, 0.99):F1} s, longest {At(times, 1):F1} s");
        Line(text, $"- goodput: {_goodput}");
        Line(text, $"- memory: {_memory}");
        Line(text, $"");
        Line(text, $"| table | most live rows | most dead rows | dead rows at the end | most MiB: first half, second half | autovacuums |");
        Line(text, $"|---|---|---|---|---|---|");
        foreach (var table in _samples.Tables.GroupBy(sample => sample.Table))
            Line(text, $"| {table.Key} | {table.Max(s => s.Live)} | {table.Max(s => s.Dead)} | {table.Last().Dead} | {MiB(table, 0, 0.5)}, {MiB(table, 0.5, 1)} | {table.Last().Vacuums} |");
        Line(text, $"");
        Line(text, $"| at | fault | proof | goodput back after |");
        Line(text, $"|---|---|---|---|");
        foreach (var fault in _faults)
            Line(text, $"| {fault.Began:mm\\:ss} | {fault.Kind} | {fault.Proof} | {(BackAfter(fault) is { } time ? $"{time.TotalSeconds:F0} s" : "not before the next")} |");
        if (IsClean)
            return text.ToString();

        Line(text, $"");
        Line(text, $"## Findings");
        Line(text, $"");
        foreach (var finding in _findings.Take(MostFindings))
            Line(text, $"- {finding}");
        return text.ToString();
    }

    private string JudgeGoodput()
    {
        var last = _faults.Count == 0 ? TimeSpan.Zero : _faults[^1].Ended;
        var from = last + RecoveryTime;
        var share = Rate(from, _settings.Duration) / _settings.Rate;
        if (share < Recovered)
            _findings.Add(string.Create(CultureInfo.InvariantCulture, $"goodput was {share:P0} of what was offered from a minute after the last fault on"));
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{Rate(TimeSpan.FromSeconds(10), _settings.Quiet):F1}/s before the first fault, {Rate(_settings.Quiet, last):F1}/s during faults, {Rate(from, _settings.Duration):F1}/s from a minute after the last ({share:P0} of what was offered)");
    }

    /// <summary>Processes that have run for a minute: the second half of the run against the first.</summary>
    private string JudgeMemory()
    {
        var warm = _samples.Memory.Where(sample => sample.Age > WarmTime).ToList();
        var half = _settings.Duration / 2;
        var first = warm.Where(sample => sample.At < half).Select(sample => sample.Kib / 1024.0).Order().ToList();
        var second = warm.Where(sample => sample.At >= half).Select(sample => sample.Kib / 1024.0).Order().ToList();
        if (first.Count < FewestSamples || second.Count < FewestSamples)
            return "not judged, the run was too short";

        var (before, after) = (At(first, 0.5), At(second, 0.5));
        if (after > before * MemoryGrowth)
            _findings.Add(string.Create(CultureInfo.InvariantCulture, $"the processes grew from {before:F0} to {after:F0} MiB"));
        return string.Create(CultureInfo.InvariantCulture, $"{before:F0} MiB a process in the first half, {after:F0} MiB in the second (medians); most {At(second, 1):F0} MiB");
    }

    /// <summary>When ten seconds began in which as much ended as 95 % of what was offered; null when the next fault came first.</summary>
    private TimeSpan? BackAfter(Fault fault)
    {
        var next = _faults.FirstOrDefault(other => other.Began > fault.Began)?.Began ?? _settings.Duration;
        for (var from = fault.Ended; from + Window <= next; from += TimeSpan.FromSeconds(1))
            if (Rate(from, from + Window) >= Recovered * _settings.Rate)
                return from - fault.Ended;
        return null;
    }

    private double Rate(TimeSpan from, TimeSpan to) =>
        to <= from ? 0 : _load.Ended.Count(at => at >= from && at < to) / (to - from).TotalSeconds;

    private string MiB(IEnumerable<TableSample> samples, double from, double to)
    {
        var bytes = samples.Where(s => s.At >= _settings.Duration * from && s.At < _settings.Duration * to).Select(s => s.Bytes / 1048576.0).DefaultIfEmpty().ToList();
        return string.Create(CultureInfo.InvariantCulture, $"{bytes.Max():F1}");
    }

    private static double At(List<double> sorted, double share) =>
        sorted.Count == 0 ? 0 : sorted[Math.Min(sorted.Count - 1, (int)(sorted.Count * share))];

    private static void Line(StringBuilder text, FormattableString line) => text.AppendLine(line.ToString(CultureInfo.InvariantCulture));
}
