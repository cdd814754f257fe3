using System.CommandLine;
using System.Text.Json.Nodes;
using Pao.Cli.Commands.Principals;
using Pao.Cli.Service;

namespace Pao.Cli.Commands;

/// <summary><c>pao whoami</c>.</summary>
internal sealed class WhoAmICommand() : ServiceCommand("whoami", "Show who one is for a PAO, and what one may do.")
{
    protected override Task<JsonNode?> AskAsync(ParseResult parsed, PaoService service, CancellationToken cancellationToken) =>
        service.SendAsync(HttpMethod.Get, "/me", body: null, cancellationToken);

    protected override void Write(JsonNode? answer, TextWriter output) => ShownPrincipal.Write(answer, output);
}
