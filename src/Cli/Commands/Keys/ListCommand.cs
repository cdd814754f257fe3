using System.CommandLine;
using System.Text.Json.Nodes;
using Pao.Cli.Reports;
using Pao.Cli.Service;

namespace Pao.Cli.Commands.Keys;

/// <summary><c>pao keys list PRINCIPAL</c>.</summary>
internal sealed class ListCommand : ServiceCommand
{
    private static readonly string[] Columns = ["id", "state", "created_at", "expires_at", "last_used_at", "created_by"];

    private readonly Argument<string> _principal = new("PRINCIPAL") { Description = "Whose keys." };

    public ListCommand()
        : base("list", "List the access keys of a principal, without their secrets.") => Add(_principal);

    protected override async Task<JsonNode?> AskAsync(ParseResult parsed, PaoService service, CancellationToken cancellationToken) =>
        (await service.SendAsync(HttpMethod.Get, $"/principals/{Segment(parsed.GetRequiredValue(_principal))}/keys", body: null, cancellationToken))?["data"];

    protected override void Write(JsonNode? answer, TextWriter output) => TextTable.Write(
        output,
        [.. Columns.Select(column => column.Replace('_', ' ').ToUpperInvariant())],
        [.. (answer as JsonArray ?? []).Select(one => Columns.Select(column => one?[column]?.ToString() ?? "-").ToArray())]);
}
