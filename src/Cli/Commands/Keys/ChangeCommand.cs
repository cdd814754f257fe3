using System.CommandLine;
using System.Text.Json.Nodes;
using Pao.Cli.Reports;
using Pao.Cli.Service;

namespace Pao.Cli.Commands.Keys;

/// <summary><c>pao keys disable|enable|delete PRINCIPAL KEY</c>.</summary>
internal sealed class ChangeCommand : ServiceCommand
{
    private readonly Argument<string> _principal = new("PRINCIPAL") { Description = "Whose key it is." };
    private readonly Argument<string> _key = new("KEY") { Description = "The key's id." };

    public ChangeCommand(string name, string description)
        : base(name, description)
    {
        Add(_principal);
        Add(_key);
    }

    protected override Task<JsonNode?> AskAsync(ParseResult parsed, PaoService service, CancellationToken cancellationToken)
    {
        var path = $"/principals/{Segment(parsed.GetRequiredValue(_principal))}/keys/{Segment(parsed.GetRequiredValue(_key))}";
        return Name is "delete"
            ? service.SendAsync(HttpMethod.Delete, path, body: null, cancellationToken)
            : service.SendAsync(HttpMethod.Post, $"{path}/{Name}", body: null, cancellationToken);
    }

    protected override void Write(JsonNode? answer, TextWriter output)
    {
        if (answer is not null)
            output.WriteLine(PlainText.Of($"{answer["id"]} is {answer["state"]}"));
    }
}
