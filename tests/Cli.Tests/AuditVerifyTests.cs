using System.Text.Json;
using System.Text.Json.Nodes;
using Pao.Audit;

namespace Pao.Cli.Tests;

/// <summary><c>pao audit verify</c>: files alone say whether an audit is what was written.</summary>
public sealed class AuditVerifyTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 11, 28, 4, 0, 0, TimeSpan.Zero);
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("pao-audit-");
    private readonly HeadKey _key = HeadKey.FromPem(HeadKey.CreatePem());
    private readonly List<string> _lines = [];
    private readonly List<string> _heads = [];

    public AuditVerifyTests()
    {
        Directory.CreateDirectory(Path.Combine(_folder.FullName, "heads"));
        ReadOnlyMemory<byte> hash = AuditChain.Beginning;
        AuditHead? head = null;
        for (var sequence = 1; sequence <= 6; sequence++)
        {
            var record = new JsonObject { ["eventName"] = "request.abort", ["eventTime"] = "2026-11-28T04:00:00Z", ["eventID"] = $"id-{sequence}", ["n"] = sequence };
            hash = AuditChain.Hash(hash.Span, sequence, JsonSerializer.SerializeToElement(record));
            record[AuditChain.SealName] = new JsonObject { ["sequence"] = sequence, ["hash"] = Convert.ToHexStringLower(hash.Span) };
            _lines.Add(record.ToJsonString());
            head = AuditHead.Sign(Now.AddMinutes(sequence), sequence, hash.Span, 0, "one", head, _key);
            _heads.Add(head.ToLine());
        }

        File.WriteAllText(PathOf("key.pem"), _key.PublicPem);
    }

    public void Dispose()
    {
        _key.Dispose();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task What_is_as_it_was_written_ends_with_0()
    {
        var ended = await VerifyAsync(_lines, _heads);

        Assert.Equal((0, ""), (ended.ExitCode, ended.Output));
        Assert.Contains("Nothing was changed up to entry 6.", ended.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_first_break_is_named()
    {
        var changed = _lines.ToList();
        changed[3] = changed[3].Replace("abort", "retry", StringComparison.Ordinal);

        var ended = await VerifyAsync(changed, _heads);

        Assert.Equal(1, ended.ExitCode);
        Assert.StartsWith("entry.changed: Entry 4 is not what was sealed", ended.Output, StringComparison.Ordinal);
        Assert.Contains("One finding", ended.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("signature")]
    [InlineData("keyID")]
    [InlineData("time")]
    public async Task A_head_that_lacks_a_value_is_a_finding(string member)
    {
        var head = JsonNode.Parse(_heads[^1])!;
        head[member] = null;

        var ended = await VerifyAsync(_lines, [.. _heads, head.ToJsonString()]);

        Assert.Equal(1, ended.ExitCode);
        Assert.StartsWith("head.unreadable", ended.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_forger_wrote_into_a_head_does_not_hide_its_finding()
    {
        var forged = JsonNode.Parse(_heads[^1])!;
        forged["keyID"] = "\u001b[2K\u001b[1A\nNothing was changed.";

        var ended = await VerifyAsync(_lines, [.. _heads, forged.ToJsonString()]);

        Assert.Equal(1, ended.ExitCode);
        Assert.Contains("\uFFFD[2K\uFFFD[1A\uFFFDNothing was changed.", ended.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("\u001b", ended.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_cut_off_is_counted_in_json_too()
    {
        var ended = await VerifyAsync(_lines.Take(4), _heads, "--format", "json");

        Assert.Equal(1, ended.ExitCode);
        var report = JsonNode.Parse(ended.Output)!;
        Assert.Equal(("entry.truncated", 5), ((string?)report["findings"]![0]!["code"], (int)report["findings"]![0]!["sequence"]!));
        Assert.Contains("2 at the end are gone", (string?)report["findings"]![0]!["message"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_export_is_read_from_stdin_and_a_part_goes_on_where_another_ended()
    {
        await File.WriteAllLinesAsync(PathOf("heads/heads-2026-11.jsonl"), _heads, TestContext.Current.CancellationToken);

        var ended = await PaoCommand.RunWithAsync(
            string.Join('\n', _lines.Skip(2)), "audit", "verify", "--export", "-", "--after", "2", "--heads", PathOf("heads"), "--public-key", PathOf("key.pem"));

        Assert.Equal(0, ended.ExitCode);
        Assert.Contains("Entries 3 to 6", ended.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_key_proves_nothing()
    {
        using var other = HeadKey.FromPem(HeadKey.CreatePem());
        await File.WriteAllTextAsync(PathOf("key.pem"), other.PublicPem, TestContext.Current.CancellationToken);

        var ended = await VerifyAsync(_lines, _heads);

        Assert.Equal(1, ended.ExitCode);
        Assert.Contains("head.unsigned", ended.Output, StringComparison.Ordinal);
        Assert.Contains("head.none", ended.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--export", "missing.jsonl", "Could not find file")]
    [InlineData("--heads", "missing", "Could not find file")]
    [InlineData("--public-key", "export.jsonl", "holds no key of the curve P-256")]
    public async Task What_cannot_be_read_ends_with_2(string option, string file, string message)
    {
        await File.WriteAllLinesAsync(PathOf("export.jsonl"), _lines, TestContext.Current.CancellationToken);
        await File.WriteAllLinesAsync(PathOf("heads/heads-2026-11.jsonl"), _heads, TestContext.Current.CancellationToken);
        var files = new Dictionary<string, string> { ["--export"] = "export.jsonl", ["--heads"] = "heads", ["--public-key"] = "key.pem" };
        files[option] = file;

        var ended = await PaoCommand.RunAsync(["audit", "verify", .. files.SelectMany(pair => new[] { pair.Key, PathOf(pair.Value) })]);

        Assert.Equal(2, ended.ExitCode);
        Assert.Contains(message, ended.Errors, StringComparison.Ordinal);
    }

    private async Task<Ended> VerifyAsync(IEnumerable<string> lines, IEnumerable<string> heads, params string[] more)
    {
        await File.WriteAllLinesAsync(PathOf("export.jsonl"), lines, TestContext.Current.CancellationToken);
        await File.WriteAllLinesAsync(PathOf("heads.jsonl"), heads, TestContext.Current.CancellationToken);
        return await PaoCommand.RunAsync(
            ["audit", "verify", "--export", PathOf("export.jsonl"), "--heads", PathOf("heads.jsonl"), "--public-key", PathOf("key.pem"), .. more]);
    }

    private string PathOf(string name) => Path.Combine(_folder.FullName, name);
}
