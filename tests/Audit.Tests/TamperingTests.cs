using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Pao.Audit.Tests;

/// <summary>Random audits under random hands: whatever is done to an export or to the heads shows.</summary>
public sealed class TamperingTests : IDisposable
{
    private const int Audits = 60;
    private const int HandsEach = 100;
    private readonly HeadKey _key = HeadKey.FromPem(HeadKey.CreatePem());
    private readonly HeadKey _other = HeadKey.FromPem(HeadKey.CreatePem());

    public void Dispose()
    {
        _key.Dispose();
        _other.Dispose();
    }

    [Fact]
    public async Task Whatever_is_done_shows_and_what_is_only_written_differently_does_not()
    {
        var seed = int.TryParse(Environment.GetEnvironmentVariable("PAO_TEST_SEED"), out var given) ? given : Environment.TickCount;
        var output = TestContext.Current.TestOutputHelper!;
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        Dictionary<string, int> done = [];
        for (var audit = 0; audit < Audits; audit++)
        {
            var whole = RandomAudit.Create(random, random.Next(2, 25), _key);
            Assert.Empty((await VerifyAsync(whole.Lines, whole.Heads.Select(head => head.ToLine()))).Findings);
            for (var i = 0; i < HandsEach; i++)
                await TamperAsync(random, whole, done, seed);
        }

        output.WriteLine($"{done.Values.Sum()} manipulations of {Audits} audits: {string.Join(", ", done.OrderBy(kind => kind.Key).Select(kind => $"{kind.Key} {kind.Value}"))}");
        Assert.Equal(13, done.Count);
        Assert.All(done.Values, count => Assert.True(count > 20));
    }

    private async Task TamperAsync(Random random, RandomAudit whole, Dictionary<string, int> done, int seed)
    {
        var lines = whole.Lines.ToList();
        var heads = whole.Heads.Select(head => head.ToLine()).ToList();
        var (at, other) = (random.Next(lines.Count), random.Next(lines.Count));
        string? kind = null;
        switch (random.Next(13))
        {
            case 0:
                (kind, lines[at]) = ("byte", FlipByte(random, lines[at]));
                break;
            case 1:
                (kind, lines[at]) = ("value", ChangeValue(random, lines[at]));
                break;
            case 2:
                kind = "remove";
                lines.RemoveAt(at);
                break;
            case 3 when at != other:
                kind = "swap";
                (lines[at], lines[other]) = (lines[other], lines[at]);
                break;
            case 4:
                kind = "insert";
                lines.Insert(at, whole.Lines[other]);
                break;
            case 5:
                kind = "truncate";
                lines.RemoveRange(at, lines.Count - at);
                break;
            case 6:
                (kind, lines[at]) = ("write anew", ChangeValue(random, lines[at]));
                lines = RandomAudit.Rewrite(lines);
                break;
            case 7:
                kind = "remove and write anew";
                lines.RemoveAt(at);
                lines = RandomAudit.Rewrite(lines);
                break;
            case 8:
                kind = "head byte";
                var changed = random.Next(heads.Count);
                heads[changed] = FlipByte(random, heads[changed]);
                break;
            case 9 when heads.Count > 2:
                kind = "remove head";
                heads.RemoveAt(random.Next(1, heads.Count - 1));
                break;
            case 10:
                kind = "heads of another key";
                lines = RandomAudit.Rewrite([.. lines.Take(at), RandomAudit.Create(random, 1, _other).Lines[0]]);
                heads = [.. RandomAudit.Create(random, lines.Count, _other).Heads.Select(head => head.ToLine())];
                break;
            case 11:
                kind = "no heads";
                heads = [];
                break;
            case 12:
                lines[at] = Reformat(random, lines[at]);
                done["(only written differently)"] = done.GetValueOrDefault("(only written differently)") + 1;
                Assert.Empty((await VerifyAsync(lines, heads)).Findings);
                return;
        }

        if (kind is null || (lines.SequenceEqual(whole.Lines) && heads.SequenceEqual(whole.Heads.Select(head => head.ToLine()))))
            return;

        var report = await VerifyAsync(lines, heads);
        Assert.True(
            report.FindingCount > 0 || IsTheSame(whole.Lines, lines),
            $"Nobody saw '{kind}' at {at} (seed {seed}):\n{whole.Lines[at]}\n{lines.ElementAtOrDefault(at)}");
        done[kind] = done.GetValueOrDefault(kind) + 1;
    }

    private Task<AuditReport> VerifyAsync(IEnumerable<string> lines, IEnumerable<string> heads) =>
        new AuditVerification(AuditHeads.Read([("heads", heads)], [_key]))
            .VerifyAsync(new StringReader(string.Join('\n', lines)), TestContext.Current.CancellationToken);

    private static string FlipByte(Random random, string line)
    {
        var bytes = Encoding.UTF8.GetBytes(line);
        bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(7));
        return Encoding.UTF8.GetString(bytes).ReplaceLineEndings(" ");
    }

    /// <summary>Another value at some place of the entry, however deep.</summary>
    private static string ChangeValue(Random random, string line)
    {
        var root = JsonNode.Parse(line)!.AsObject();
        JsonNode parent = root;
        while (true)
        {
            if (parent is JsonObject map)
            {
                var name = map.Select(member => member.Key).ElementAt(random.Next(map.Count));
                if (map[name] is JsonObject { Count: > 0 } or JsonArray { Count: > 0 } && random.Next(4) > 0)
                    parent = map[name]!;
                else
                {
                    map[name] = Other(map[name]);
                    return root.ToJsonString();
                }
            }
            else
            {
                var list = parent.AsArray();
                var index = random.Next(list.Count);
                list[index] = Other(list[index]);
                return root.ToJsonString();
            }
        }
    }

    private static JsonNode? Other(JsonNode? value) => value is null ? 0 : value.GetValueKind() is JsonValueKind.String ? (string?)value + "x" : null;

    /// <summary>Other spaces and another order of members: what tools do to JSON.</summary>
    private static string Reformat(Random random, string line)
    {
        var members = JsonNode.Parse(line)!.AsObject().Select(member => KeyValuePair.Create(member.Key, member.Value?.DeepClone())).ToArray();
        random.Shuffle(members);
        return new JsonObject(members).ToJsonString(new JsonSerializerOptions { WriteIndented = true }).ReplaceLineEndings(" ");
    }

    /// <summary>A flipped bit of an escape or a digit's case may leave the meaning as it was.</summary>
    private static bool IsTheSame(IReadOnlyList<string> one, List<string> other)
    {
        if (one.Count != other.Count)
            return false;
        try
        {
            return one.Zip(other).All(pair => pair.First == pair.Second
                || string.Equals(JsonNode.Parse(pair.First)!.ToJsonString(), JsonNode.Parse(pair.Second)!.ToJsonString(), StringComparison.OrdinalIgnoreCase));
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
