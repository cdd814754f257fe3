using System.CommandLine;
using Pao.Catalog;
using Pao.Catalog.Authoring;
using Pao.Cli.Reports;

namespace Pao.Cli.Commands.Catalog;

/// <summary><c>pao catalog validate DIR</c>: reads a folder as a service would, and tells what is wrong. No service is needed.</summary>
internal sealed class ValidateCommand : Command
{
    private readonly Argument<string> _folder = new("DIR") { Description = "The catalog's folder, such as catalog." };

    private readonly Option<string> _format = new("--format")
    {
        Description = "How findings are written to stdout: text, json, or sarif (2.1.0, for code scanning).",
        HelpName = "text|json|sarif",
        DefaultValueFactory = _ => "text",
    };

    private readonly Option<string> _failOn = new("--fail-on")
    {
        Description = "The least that makes the command end with 1.",
        HelpName = "error|warning",
        DefaultValueFactory = _ => "error",
    };

    private readonly Option<string[]> _environment = new("--env")
    {
        Description = "An environment variable that the operator lets templates read; may be repeated. Without it, any counts as allowed and set.",
        HelpName = "NAME",
    };

    public ValidateCommand()
        : base("validate", "Check every document of a folder, before it is merged. Ends with 0 when all is right, 1 with findings, 2 when it could not run.")
    {
        _format.AcceptOnlyFromAmong("text", "json", "sarif");
        _failOn.AcceptOnlyFromAmong("error", "warning");
        Add(_folder);
        Add(_format);
        Add(_failOn);
        Add(_environment);
        SetAction(async (parsed, cancellationToken) => (int)await RunAsync(parsed, cancellationToken));
    }

    private async Task<ExitCode> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var folder = parsed.GetRequiredValue(_folder);
        if (!Directory.Exists(folder))
            return Refuse($"there is no folder '{folder}'");

        try
        {
            var environment = parsed.GetResult(_environment) is null ? null : parsed.GetValue(_environment);
            var found = await new FolderCheck(TimeProvider.System).CheckAsync(folder, environment, cancellationToken);
            if (found.Documents == 0)
                return Refuse($"there are no documents (*.yaml) in '{folder}'");

            var report = Report.Of(found, new ShownPaths(Environment.CurrentDirectory, folder));
            Write(report, parsed.GetRequiredValue(_format));
            Console.Error.WriteLine(report.Summary);
            var least = parsed.GetRequiredValue(_failOn) is "warning" ? Severity.Warning : Severity.Error;
            return report.Findings.Any(finding => finding.Severity >= least) ? ExitCode.Findings : ExitCode.Fine;
        }
        catch (IOException failure)
        {
            return Refuse(failure.Message);
        }
    }

    private static void Write(Report report, string format)
    {
        using var output = new StreamWriter(Console.OpenStandardOutput());
        switch (format)
        {
            case "json":
                JsonReport.Write(report, output);
                break;
            case "sarif":
                SarifReport.Write(report, output);
                break;
            default:
                new TextReport(Colours.Of(isTerminal: !Console.IsOutputRedirected)).Write(report, output);
                break;
        }
    }

    private static ExitCode Refuse(string why)
    {
        Console.Error.WriteLine($"pao: {why}");
        return ExitCode.CouldNotRun;
    }
}
