using System.Text.Json;
using System.Text.Json.Nodes;

namespace Pao.Audit.Tests;

/// <summary>A chain of entries that a seed makes up, with a head after every few.</summary>
internal sealed class RandomAudit
{
    private static readonly DateTimeOffset Begin = new(2026, 11, 28, 4, 0, 0, TimeSpan.Zero);

    private RandomAudit(IReadOnlyList<string> lines, IReadOnlyList<AuditHead> heads) => (Lines, Heads) = (lines, heads);

    public IReadOnlyList<string> Lines { get; }

    public IReadOnlyList<AuditHead> Heads { get; }

    public static RandomAudit Create(Random random, int count, HeadKey key)
    {
        List<string> lines = [];
        List<AuditHead> heads = [];
        ReadOnlyMemory<byte> hash = AuditChain.Beginning;
        for (var sequence = 1; sequence <= count; sequence++)
        {
            var record = Record(random, sequence);
            hash = AuditChain.Hash(hash.Span, sequence, JsonSerializer.SerializeToElement(record));
            lines.Add(Seal(record, sequence, hash.Span).ToJsonString());
            if (random.Next(4) == 0 || sequence == count)
                heads.Add(AuditHead.Sign(Begin.AddMinutes(sequence), sequence, hash.Span, 0, "one", heads.LastOrDefault(), key));
        }

        return new RandomAudit(lines, heads);
    }

    /// <summary>The same entries, sealed anew from the first that does not hold on: what somebody can do who knows the code.</summary>
    public static List<string> Rewrite(IEnumerable<string> lines)
    {
        List<string> rewritten = [];
        ReadOnlyMemory<byte> hash = AuditChain.Beginning;
        foreach (var line in lines)
        {
            var record = JsonNode.Parse(line)!.AsObject();
            record.Remove(AuditChain.SealName);
            hash = AuditChain.Hash(hash.Span, rewritten.Count + 1, JsonSerializer.SerializeToElement(record));
            rewritten.Add(Seal(record, rewritten.Count + 1, hash.Span).ToJsonString());
        }

        return rewritten;
    }

    public static JsonObject Record(Random random, long sequence) => new()
    {
        ["eventVersion"] = "1.0",
        ["eventID"] = new Guid(random.Next(), 1, 2, new byte[8]).ToString(),
        ["eventTime"] = Begin.AddSeconds(sequence).ToString("O"),
        ["eventName"] = Text(random),
        ["userIdentity"] = new JsonObject { ["type"] = "principal", ["principalId"] = Text(random) },
        ["requestParameters"] = random.Next(3) == 0 ? null : Value(random, 3),
        ["errorCode"] = random.Next(2) == 0 ? null : Text(random),
        ["additionalEventData"] = new JsonObject { ["entry"] = sequence, ["before"] = Value(random, 2) },
    };

    public static JsonNode? Value(Random random, int depth) => random.Next(depth > 0 ? 7 : 5) switch
    {
        0 => null,
        1 => random.Next(2) == 0,
        2 => random.Next(-1000, 1000),
        3 => random.NextDouble(),
        4 => Text(random),
        5 => new JsonArray([.. Enumerable.Range(0, random.Next(4)).Select(_ => Value(random, depth - 1))]),
        _ => new JsonObject(Enumerable.Range(0, random.Next(4)).Select(i => KeyValuePair.Create($"{i}{Text(random)}", Value(random, depth - 1)))),
    };

    private static JsonObject Seal(JsonObject record, long sequence, ReadOnlySpan<byte> hash)
    {
        var line = record.DeepClone().AsObject();
        line[AuditChain.SealName] = new JsonObject { ["sequence"] = sequence, ["hash"] = Convert.ToHexStringLower(hash) };
        return line;
    }

    private static string Text(Random random)
    {
        const string Alphabet = "ab\"\\\n\u0001ü\u2028€{}[]:, 09";
        return new string([.. Enumerable.Range(0, random.Next(8)).Select(_ => Alphabet[random.Next(Alphabet.Length)])]) + (random.Next(5) == 0 ? "\U0001F600" : "");
    }
}
