using System.CommandLine;
using System.Text.Json.Nodes;
using Pao.Cli.Reports;
using Pao.Cli.Service;

namespace Pao.Cli.Commands.Principals;

/// <summary><c>pao principals list</c>.</summary>
internal sealed class ListCommand() : ServiceCommand("list", "List who may call.")
{
    private static readonly string[] Columns = ["id", "state", "roles", "teams", "name"];

    protected override async Task<JsonNode?> AskAsync(ParseResult parsed, PaoService service, CancellationToken cancellationToken) =>
        await service.ListAsync("/principals", cancellationToken);

    protected override void Write(JsonNode? answer, TextWriter output) => TextTable.Write(
        output,
        [.. Columns.Select(column => column.ToUpperInvariant())],
        [.. (answer as JsonArray ?? []).Select(one => Columns.Select(column => ShownPrincipal.Text(one?[column])).ToArray())]);
}
