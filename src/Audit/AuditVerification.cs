using System.Text.Json;

namespace Pao.Audit;

/// <summary>
/// Holds an export of the audit against its own chain and against signed heads that were kept elsewhere. It believes neither
/// the database nor the server that exported it.
/// </summary>
/// <param name="heads">What was kept elsewhere.</param>
/// <param name="after">The place after which the export begins: 0 for a whole one. Where an earlier part ended a head must be.</param>
public sealed class AuditVerification(AuditHeads heads, long after = 0)
{
    /// <summary>An entry gets its place within seconds; one that has none after so long was kept from it.</summary>
    public static readonly TimeSpan LongestUnsealed = TimeSpan.FromMinutes(2);

    private const int MostFindings = 100;
    private const int LongestNamed = 100;

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = AuditChain.MaxDepth };

    private readonly long _after = after;
    private readonly List<AuditFinding> _findings = [];
    private byte[] _hash = AuditChain.Beginning.ToArray();
    private long _sequence = after;
    private long _unsealed;
    private long _proven;
    private int _found;

    /// <summary>Reads an export to its end.</summary>
    public async Task<AuditReport> VerifyAsync(TextReader export, CancellationToken cancellationToken)
    {
        foreach (var finding in heads.Findings)
            Find(finding);
        if (_after > 0)
            GoOn();
        for (var number = 1; await export.ReadLineAsync(cancellationToken) is { } line; number++)
        {
            if (line.Length > 0)
                Take(number, line);
        }

        if (heads.Beyond(_sequence).LastOrDefault() is { } beyond)
            Find(
                "entry.truncated", _sequence + 1,
                $"The export ends at entry {_sequence}, but the head of {beyond.Time} has {beyond.Sequence}: "
                + $"{beyond.Sequence - _sequence} at the end are gone, or the export is older than this head (then keep to older heads, or export anew).");
        if (heads.Count == 0)
            Find("head.none", null, "There is no signed head: whether entries were cut off the end, or all were written anew, cannot be told.");
        return new AuditReport(_findings, _found, _after + 1, _sequence, _unsealed, _proven, heads.Count, heads.LatestAt);
    }

    private void Take(int number, string line)
    {
        try
        {
            using var json = JsonDocument.Parse(line, Strict);
            if (json.RootElement.ValueKind is not JsonValueKind.Object)
                Find("entry.unreadable", null, $"Line {number} is no JSON object.");
            else if (json.RootElement.TryGetProperty(AuditChain.SealName, out var seal))
                TakeSealed(number, json.RootElement, seal);
            else
                TakeUnsealed(number, json.RootElement);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            Find("entry.unreadable", null, $"Line {number} is no JSON: {e.Message}");
        }
    }

    private void TakeSealed(int number, JsonElement record, JsonElement seal)
    {
        if (Seal.Read(seal) is not { } place)
        {
            Find("entry.unreadable", null, $"Line {number} has a {AuditChain.SealName} without a place and a hash.");
            return;
        }

        if (place.Sequence != _sequence + 1)
            Find("entry.missing", _sequence + 1, place.Sequence > _sequence
                ? $"Entries {_sequence + 1} to {place.Sequence - 1} are gone (line {number} is entry {place.Sequence})."
                : $"Line {number} is entry {place.Sequence}, after entry {_sequence}: entries were doubled or moved.");
        else if (record.EnumerateObject().Count() == 1)
            Find("entry.missing", place.Sequence, $"Entry {place.Sequence} is gone: only its seal is there (line {number}).");
        else if (!AuditChain.Hash(_hash, place.Sequence, record).AsSpan().SequenceEqual(place.Hash))
            Find(
                "entry.changed", place.Sequence,
                $"Entry {place.Sequence} is not what was sealed: it, its seal, or the seal before it was changed (line {number}, {Named(record)}).");
        CheckHead(place);
        (_sequence, _hash) = (place.Sequence, place.Hash);
    }

    private void CheckHead(Seal place)
    {
        if (heads.At(place.Sequence) is not { } head)
            return;

        var from = _proven + 1;
        if (head.Hash != Convert.ToHexStringLower(place.Hash))
            Find(
                "entry.rewritten", from,
                $"Up to entry {place.Sequence} the chain is not the one of the head of {head.Time}: between the entries {from} and {place.Sequence} something was changed, and the chain written anew.");
        else if (_found == 0)
            _proven = place.Sequence;
    }

    /// <summary>Part of an export goes on after a head, which stands for everything before it.</summary>
    private void GoOn()
    {
        if (heads.At(_after) is { } head && TryHex(head.Hash) is { } hash)
            (_hash, _proven) = (hash, _after);
        else
            Find("head.none", _after, $"No head is for exactly {_after} entries: without it, whether this part goes on where the one before ended cannot be told.");
    }

    private void TakeUnsealed(int number, JsonElement record)
    {
        _unsealed++;
        if (heads.LatestAt is { } latest
            && (!record.TryGetProperty("eventTime", out var time) || time.ValueKind is not JsonValueKind.String || !time.TryGetDateTimeOffset(out var at) || latest - at > LongestUnsealed))
            Find(
                "entry.unsealed", null,
                $"Line {number} ({Named(record)}) had no place in the chain more than {LongestUnsealed.TotalMinutes:0} minutes later: it was kept from being sealed, or put in with an earlier time.");
    }

    private static string Named(JsonElement record) =>
        $"{Text(record, "eventName") ?? "no name"} of {Text(record, "eventTime") ?? "no time"}, eventID {Text(record, "eventID") ?? "none"}";

    // As it is written: what somebody put there need not be text.
    private static string? Text(JsonElement record, string name) =>
        record.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String && value.GetRawText() is { Length: <= LongestNamed } text ? text : null;

    private static byte[]? TryHex(string text)
    {
        try
        {
            return text.Length == 2 * AuditChain.Beginning.Length ? Convert.FromHexString(text) : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private void Find(string code, long? sequence, string message) => Find(new AuditFinding(code, sequence, message));

    private void Find(AuditFinding finding)
    {
        _found++;
        if (_findings.Count < MostFindings)
            _findings.Add(finding);
    }

    private sealed record Seal(long Sequence, byte[] Hash)
    {
        public static Seal? Read(JsonElement seal) =>
            seal.ValueKind is JsonValueKind.Object && seal.EnumerateObject().Count() == 2
            && seal.TryGetProperty("sequence", out var number) && number.ValueKind is JsonValueKind.Number && number.TryGetInt64(out var sequence)
            && seal.TryGetProperty("hash", out var text) && text.ValueKind is JsonValueKind.String && TryHex(text.GetRawText().Trim('"')) is { } hash
                ? new Seal(sequence, hash)
                : null;
    }
}

/// <summary>Something that is not as it was written.</summary>
/// <param name="Code">For programs.</param>
/// <param name="Sequence">The first entry that it is about, where one is known.</param>
/// <param name="Message">For people.</param>
public sealed record AuditFinding(string Code, long? Sequence, string Message);

/// <summary>What a verification found.</summary>
/// <param name="Findings">The first hundred, in the order in which they were met.</param>
/// <param name="FindingCount">How many there are in all.</param>
/// <param name="First">The place of the first entry that was read.</param>
/// <param name="Last">The place of the last.</param>
/// <param name="Unsealed">How many entries had no place yet.</param>
/// <param name="Proven">Up to which entry a signed head says the same; those after it have only the chain.</param>
/// <param name="Heads">How many signed heads were read.</param>
/// <param name="LatestHead">When the latest of them was made.</param>
public sealed record AuditReport(
    IReadOnlyList<AuditFinding> Findings, int FindingCount, long First, long Last, long Unsealed, long Proven, int Heads, DateTimeOffset? LatestHead);
