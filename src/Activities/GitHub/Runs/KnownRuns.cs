using System.Net.Http.Headers;

namespace Pao.Activities.GitHub.Runs;

/// <summary>The runs that this process has seen lately, with their entity tags: a look at one that has not changed costs nothing at GitHub.</summary>
internal sealed class KnownRuns
{
    private const int Capacity = 5_000;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, KnownRun> _runs = new(StringComparer.Ordinal);
    private readonly Queue<string> _order = new();

    public KnownRun? Find(RunHandle handle)
    {
        lock (_gate)
            return _runs.GetValueOrDefault(handle.Url);
    }

    /// <summary>Keeps what was read, unless it has ended, or GitHub gave no tag.</summary>
    public void Keep(RunHandle handle, WorkflowRun run, EntityTagHeaderValue? tag)
    {
        lock (_gate)
        {
            if (tag is null || run.Outcome is not RunOutcome.Open)
            {
                _runs.Remove(handle.Url);
                return;
            }

            if (!_runs.ContainsKey(handle.Url))
                _order.Enqueue(handle.Url);
            _runs[handle.Url] = new KnownRun(run, tag);
            while (_order.Count > Capacity)
                _runs.Remove(_order.Dequeue());
        }
    }
}

internal sealed record KnownRun(WorkflowRun Run, EntityTagHeaderValue Tag);
