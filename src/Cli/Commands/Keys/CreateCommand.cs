using System.CommandLine;
using System.Text.Json.Nodes;
using Pao.Cli.Service;

namespace Pao.Cli.Commands.Keys;

/// <summary><c>pao keys create PRINCIPAL</c>: the secret goes to stdout, as a credentials file has it.</summary>
internal sealed class CreateCommand : ServiceCommand
{
    private readonly Argument<string> _principal = new("PRINCIPAL") { Description = "Whose key it is to be." };

    private readonly Option<DateTimeOffset?> _expires = new("--expires")
    {
        Description = "Until when it signs, such as 2026-12-31T00:00:00Z; without it, until it is disabled.",
        HelpName = "TIME",
    };

    public CreateCommand()
        : base("create", "Make an access key, and write it as a profile of an AWS credentials file. The secret is told this once.")
    {
        Add(_principal);
        Add(_expires);
    }

    protected override Task<JsonNode?> AskAsync(ParseResult parsed, PaoService service, CancellationToken cancellationToken)
    {
        service.RefuseInClear("the secret");
        var body = parsed.GetValue(_expires) is { } end ? new JsonObject { ["expires_at"] = $"{end.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}" } : null;
        return service.SendAsync(HttpMethod.Post, $"/principals/{Segment(parsed.GetRequiredValue(_principal))}/keys", body, cancellationToken);
    }

    protected override void Write(JsonNode? answer, TextWriter output)
    {
        output.WriteLine($"[{answer?["principal_id"]}]");
        output.WriteLine($"aws_access_key_id = {answer?["id"]}");
        output.WriteLine($"aws_secret_access_key = {answer?["secret"]}");
    }
}
