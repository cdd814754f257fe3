using System.Diagnostics.CodeAnalysis;
using Pao.TaskHub.Commits;

namespace Pao.TaskHub.Residency;

/// <summary>The instances that this node has in memory, least recently used first. Guarded by the hub's lock.</summary>
internal sealed class Residents
{
    private readonly Dictionary<string, Resident> _byId = [];
    private readonly LinkedList<Resident> _byUse = [];
    private readonly Dictionary<string, List<StoredMessage>> _parked = [];

    public int Count => _byId.Count;

    /// <summary>Bytes of history in memory.</summary>
    public long Bytes { get; private set; }

    public Resident? LeastRecentlyUsed => _byUse.First?.Value;

    public IEnumerable<Resident> All => _byId.Values;

    public bool TryGet(string id, [NotNullWhen(true)] out Resident? resident) => _byId.TryGetValue(id, out resident);

    public bool Contains(Resident resident) => _byId.TryGetValue(resident.Id, out var found) && ReferenceEquals(found, resident);

    public void Add(Resident resident, TimeSpan now)
    {
        _byId.Add(resident.Id, resident);
        resident.LastUsed = now;
        resident.Place = _byUse.AddLast(resident);
        Bytes += resident.Execution.Bytes;
    }

    public void Remove(Resident resident)
    {
        if (!Contains(resident))
            return;

        _byId.Remove(resident.Id);
        Bytes -= resident.Execution.Bytes;
        if (resident.Place is { } place)
            _byUse.Remove(place);
        resident.Place = null;
    }

    public void Touch(Resident resident, TimeSpan now)
    {
        resident.LastUsed = now;
        if (resident.Place is not { } place || place.Next is null)
            return;

        _byUse.Remove(place);
        _byUse.AddLast(place);
    }

    public void Grew(long bytes) => Bytes += bytes;

    /// <summary>
    /// Keeps a message for an instance that the store says is ours but that is not here yet: its claim is under way, and
    /// may have read the inbox before the message was there.
    /// </summary>
    public void Park(StoredMessage message)
    {
        if (!_parked.TryGetValue(message.InstanceId, out var messages))
            _parked.Add(message.InstanceId, messages = []);
        messages.Add(message);
    }

    public IReadOnlyList<StoredMessage> TakeParked(string id) => _parked.Remove(id, out var messages) ? messages : [];

    public void Clear()
    {
        _byId.Clear();
        _byUse.Clear();
        _parked.Clear();
        Bytes = 0;
    }
}
