using System.CommandLine;
using System.Text.Json.Nodes;
using Pao.Cli.Service;

namespace Pao.Cli.Commands.Principals;

/// <summary><c>pao principals disable ID</c> and <c>pao principals enable ID</c>.</summary>
internal sealed class SwitchCommand : ServiceCommand
{
    private readonly Argument<string> _id = new("ID") { Description = "The principal's id." };

    public SwitchCommand(string name, string description)
        : base(name, description) => Add(_id);

    protected override Task<JsonNode?> AskAsync(ParseResult parsed, PaoService service, CancellationToken cancellationToken) =>
        service.SendAsync(HttpMethod.Post, $"/principals/{Segment(parsed.GetRequiredValue(_id))}/{Name}", body: null, cancellationToken);

    protected override void Write(JsonNode? answer, TextWriter output) => ShownPrincipal.Write(answer, output);
}
