using System.CommandLine;
using System.Text.Json.Nodes;
using Pao.Cli.Service;

namespace Pao.Cli.Commands.Audit;

/// <summary><c>pao audit export</c>: the audit of a service as lines of JSON, for <c>pao audit verify</c> or an archive.</summary>
internal sealed class ExportCommand : ServiceCommand
{
    private readonly Option<long> _after = new("--after")
    {
        Description = "The place in the chain after which it begins: where an earlier export ended.",
        HelpName = "N",
        DefaultValueFactory = _ => 0,
    };

    public ExportCommand()
        : base("export", "Write the audit to stdout, a line of JSON for each entry, in the order of its chain.") => Add(_after);

    protected override bool WritesItself => true;

    protected override async Task<JsonNode?> AskAsync(ParseResult parsed, PaoService service, CancellationToken cancellationToken)
    {
        await using var output = Console.OpenStandardOutput();
        await service.DownloadAsync($"/audit/export?after={parsed.GetValue(_after)}", output, cancellationToken);
        return null;
    }

    protected override void Write(JsonNode? answer, TextWriter output) => throw new NotSupportedException("It writes itself.");
}
