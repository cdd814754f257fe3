namespace Pao.Audit;

/// <summary>The heads that somebody kept, as far as they can be believed.</summary>
public sealed class AuditHeads
{
    private readonly SortedDictionary<long, AuditHead> _bySequence = [];
    private readonly List<AuditFinding> _findings = [];

    private AuditHeads()
    {
    }

    /// <summary>What is wrong with them.</summary>
    public IReadOnlyList<AuditFinding> Findings => _findings;

    /// <summary>How many are signed and understood.</summary>
    public int Count { get; private set; }

    /// <summary>The one that knows the longest chain; null when there is none at all.</summary>
    public AuditHead? Last => _bySequence.Count > 0 ? _bySequence[_bySequence.Keys.Max()] : null;

    /// <summary>When the latest of them was made.</summary>
    public DateTimeOffset? LatestAt { get; private set; }

    /// <param name="files">Their lines: files, and parts of logs, in any order; a head may be in several.</param>
    /// <param name="keys">The public keys that may have signed them.</param>
    public static AuditHeads Read(IEnumerable<(string Name, IEnumerable<string> Lines)> files, IReadOnlyCollection<HeadKey> keys)
    {
        var heads = new AuditHeads();
        Dictionary<string, SortedDictionary<long, AuditHead>> emitters = [];
        foreach (var (name, lines) in files)
        {
            foreach (var (index, line) in lines.Index().Where(line => line.Item.Length > 0))
                heads.Add($"{name}:{index + 1}", line, keys, emitters);
        }

        foreach (var (emitter, numbered) in emitters)
            heads.CheckNumbers(emitter, numbered);
        return heads;
    }

    internal AuditHead? At(long sequence) => _bySequence.GetValueOrDefault(sequence);

    /// <summary>Those that know more entries than there are.</summary>
    internal IEnumerable<AuditHead> Beyond(long sequence) => _bySequence.Where(head => head.Key > sequence).Select(head => head.Value);

    private void Add(
        string place, string line, IReadOnlyCollection<HeadKey> keys, Dictionary<string, SortedDictionary<long, AuditHead>> emitters)
    {
        if (AuditHead.Parse(line) is not { } head)
        {
            Find("head.unreadable", $"{place} holds no head.");
            return;
        }

        if (!keys.Any(head.IsSignedBy))
        {
            Find("head.unsigned", $"{place} is not signed by a key that was given: it, or its signature, was changed, or its key {head.KeyId} is missing.");
            return;
        }

        if (!emitters.TryGetValue(head.Emitter, out var numbered))
            emitters[head.Emitter] = numbered = [];
        if (numbered.TryGetValue(head.Number, out var known))
        {
            if (known != head)
                Find("head.contradicted", $"{place} is number {head.Number} of {head.Emitter}, as another head is that says something else.");
            return;
        }

        numbered[head.Number] = head;
        Count++;
        LatestAt = LatestAt > head.At ? LatestAt : head.At;
        if (_bySequence.TryGetValue(head.Sequence, out var same) && same.Hash != head.Hash)
            Find("head.contradicted", $"{place} has another hash for {head.Sequence} entries than the head of {same.Time}: the chain was written anew in between.");
        else
            _bySequence[head.Sequence] = same ?? head;
    }

    /// <summary>Each emitter numbers its heads, and each names the one before it: none may be missing in between.</summary>
    private void CheckNumbers(string emitter, SortedDictionary<long, AuditHead> numbered)
    {
        AuditHead? last = null;
        foreach (var head in numbered.Values)
        {
            if (last is not null && head.Number != last.Number + 1)
                Find("head.missing", $"Of {emitter} the heads {last.Number + 1} to {head.Number - 1} are missing.");
            else if (last is not null && head.Previous != last.Fingerprint())
                Find("head.contradicted", $"Number {head.Number} of {emitter} does not follow on its number {last.Number}.");
            last = head;
        }
    }

    private void Find(string code, string message) => _findings.Add(new AuditFinding(code, Sequence: null, message));
}
