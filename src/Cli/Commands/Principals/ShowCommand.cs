using System.CommandLine;
using System.Text.Json.Nodes;
using Pao.Cli.Service;

namespace Pao.Cli.Commands.Principals;

/// <summary><c>pao principals show ID</c>.</summary>
internal sealed class ShowCommand : ServiceCommand
{
    private readonly Argument<string> _id = new("ID") { Description = "The principal's id." };

    public ShowCommand()
        : base("show", "Show one principal.") => Add(_id);

    protected override Task<JsonNode?> AskAsync(ParseResult parsed, PaoService service, CancellationToken cancellationToken) =>
        service.SendAsync(HttpMethod.Get, $"/principals/{Segment(parsed.GetRequiredValue(_id))}", body: null, cancellationToken);

    protected override void Write(JsonNode? answer, TextWriter output) => ShownPrincipal.Write(answer, output);
}
