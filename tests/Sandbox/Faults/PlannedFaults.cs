using System.Text.RegularExpressions;

namespace Pao.Sandbox.Faults;

/// <summary>Faults on demand: each is for a path, and for so many calls to it.</summary>
internal sealed class PlannedFaults
{
    private readonly Lock _gate = new();
    private readonly List<Entry> _entries = [];

    public void Add(PlannedFault fault)
    {
        lock (_gate)
            _entries.Add(new Entry(fault, new Regex($"^(?:{fault.Path})$", RegexOptions.NonBacktracking)));
    }

    /// <summary>What a call meets; null when it passes.</summary>
    public PlannedFault? Take(string method, string path)
    {
        lock (_gate)
        {
            var entry = _entries.Find(entry =>
                (entry.Fault.Method is null || entry.Fault.Method == method) && entry.Path.IsMatch(path));
            if (entry is null || entry.Seen++ < entry.Fault.Skip)
                return null;

            if (entry.Seen >= entry.Fault.Skip + entry.Fault.Times)
                _entries.Remove(entry);
            return entry.Fault;
        }
    }

    private sealed record Entry(PlannedFault Fault, Regex Path)
    {
        public int Seen { get; set; }
    }
}
