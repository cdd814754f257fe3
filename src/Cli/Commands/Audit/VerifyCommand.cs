using System.CommandLine;
using System.Text.Json;
using Pao.Audit;
using Pao.Cli.Reports;

namespace Pao.Cli.Commands.Audit;

/// <summary>
/// <c>pao audit verify</c>: holds an export against its chain and against signed heads that were kept elsewhere. No service is
/// needed, and none is believed.
/// </summary>
internal sealed class VerifyCommand : Command
{
    private const string Stdin = "-";

    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    private readonly Option<string> _export = new("--export")
    {
        Description = "The audit, as GET /api/v1/audit/export answers; - reads it from stdin.",
        HelpName = "FILE|-",
        Required = true,
    };

    private readonly Option<string[]> _heads = new("--heads")
    {
        Description = "Signed heads, a line each: a file, or a folder with files *.jsonl. May be repeated. Take them before the export.",
        HelpName = "FILE|DIR",
        Required = true,
    };

    private readonly Option<string[]> _keys = new("--public-key")
    {
        Description = "A public key that heads are signed with, in PEM. May be repeated.",
        HelpName = "FILE",
        Required = true,
    };

    private readonly Option<long> _after = new("--after")
    {
        Description = "The place after which the export begins, as it was asked for with ?after=; a head must be for exactly so many entries.",
        HelpName = "N",
        DefaultValueFactory = _ => 0,
    };

    private readonly Option<string> _format = new("--format")
    {
        Description = "How findings are written to stdout: text or json.",
        HelpName = "text|json",
        DefaultValueFactory = _ => "text",
    };

    public VerifyCommand()
        : base("verify", "Check that no entry of the audit was changed, put in, taken out or cut off. Ends with 0 when all is right, 1 with findings, 2 when it could not run.")
    {
        _format.AcceptOnlyFromAmong("text", "json");
        Add(_export);
        Add(_heads);
        Add(_keys);
        Add(_after);
        Add(_format);
        SetAction(async (parsed, cancellationToken) => (int)await RunAsync(parsed, cancellationToken));
    }

    private async Task<ExitCode> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        List<HeadKey> keys = [];
        try
        {
            foreach (var file in parsed.GetRequiredValue(_keys))
                keys.Add(ReadKey(file));
            var heads = AuditHeads.Read(
                parsed.GetRequiredValue(_heads).SelectMany(FilesOf).Select(file => (file, File.ReadLines(file))), keys);
            using var export = Open(parsed.GetRequiredValue(_export));
            var report = await new AuditVerification(heads, parsed.GetValue(_after)).VerifyAsync(export, cancellationToken);
            Write(report, parsed.GetRequiredValue(_format));
            return report.FindingCount > 0 ? ExitCode.Findings : ExitCode.Fine;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            Console.Error.WriteLine($"pao: {e.Message}");
            return ExitCode.CouldNotRun;
        }
        finally
        {
            keys.ForEach(key => key.Dispose());
        }
    }

    private static HeadKey ReadKey(string file)
    {
        try
        {
            return HeadKey.FromPem(File.ReadAllText(file));
        }
        catch (ArgumentException)
        {
            throw new ArgumentException($"{file} holds no key of the curve P-256 in PEM.");
        }
    }

    private static IEnumerable<string> FilesOf(string path) => Directory.Exists(path)
        ? Directory.EnumerateFiles(path, "*.jsonl").Order(StringComparer.Ordinal)
        : [path];

    private static StreamReader Open(string export) => export is Stdin
        ? new StreamReader(Console.OpenStandardInput())
        : new StreamReader(export);

    private static void Write(AuditReport report, string format)
    {
        if (format is "json")
            Console.Out.WriteLine(JsonSerializer.Serialize(report, Json));
        else
        {
            foreach (var finding in report.Findings)
                Console.Out.WriteLine($"{finding.Code}: {PlainText.Of(finding.Message)}");
        }

        Console.Error.WriteLine(Summary(report));
    }

    private static string Summary(AuditReport report)
    {
        var read = $"Entries {report.First} to {report.Last} and {report.Unsealed} without a place yet; {report.Heads} signed heads, the latest of {report.LatestHead?.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'") ?? "never"}.";
        return report.FindingCount switch
        {
            0 => $"{read} Nothing was changed up to entry {report.Proven}{(report.Proven < report.Last ? $"; for the {report.Last - report.Proven} after it there is no head yet" : "")}.",
            1 => $"{read} One finding: the audit is not what was written.",
            var count => $"{read} {count} findings{(count > report.Findings.Count ? $", of which the first {report.Findings.Count} are told" : "")}: the audit is not what was written.",
        };
    }
}
