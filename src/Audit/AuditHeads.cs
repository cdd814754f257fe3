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

    /// <param name="files">Their lines, each file in the order in which it was written.</param>
    /// <param name="keys">The public keys that may have signed them.</param>
    public static AuditHeads Read(IEnumerable<(string Name, IEnumerable<string> Lines)> files, IReadOnlyCollection<HeadKey> keys)
    {
        var heads = new AuditHeads();
        Dictionary<string, AuditHead> before = [];
        foreach (var (name, lines) in files)
        {
            foreach (var (index, line) in lines.Index())
            {
                if (line.Length > 0)
                    heads.Add($"{name}:{index + 1}", line, keys, before);
            }
        }

        return heads;
    }

    internal AuditHead? At(long sequence) => _bySequence.GetValueOrDefault(sequence);

    /// <summary>Those that know more entries than there are.</summary>
    internal IEnumerable<AuditHead> Beyond(long sequence) => _bySequence.Where(head => head.Key > sequence).Select(head => head.Value);

    private void Add(string place, string line, IReadOnlyCollection<HeadKey> keys, Dictionary<string, AuditHead> before)
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

        // Only what follows in one file is held together: several processes, and parts of a log, each tell their own.
        if (before.TryGetValue(head.Emitter, out var last) && (head.Number != last.Number + 1 || head.Previous != last.Fingerprint()))
            Find("head.missing", $"{place} is number {head.Number} of {head.Emitter}, after number {last.Number}: heads between them were taken out or moved.");
        before[head.Emitter] = head;
        Count++;
        LatestAt = LatestAt > head.At ? LatestAt : head.At;
        if (_bySequence.TryGetValue(head.Sequence, out var same) && same.Hash != head.Hash)
            Find("head.contradicted", $"{place} has another hash for {head.Sequence} entries than the head of {same.Time}: the chain was written anew in between.");
        else
            _bySequence[head.Sequence] = same ?? head;
    }

    private void Find(string code, string message) => _findings.Add(new AuditFinding(code, Sequence: null, message));
}
