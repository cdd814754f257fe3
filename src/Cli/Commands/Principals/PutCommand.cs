using System.CommandLine;
using System.Text.Json.Nodes;
using Pao.Cli.Service;

namespace Pao.Cli.Commands.Principals;

/// <summary><c>pao principals put ID …</c>: makes a principal, or replaces all that is known of it.</summary>
internal sealed class PutCommand : ServiceCommand
{
    private readonly Argument<string> _id = new("ID") { Description = "The principal's id; it never changes." };
    private readonly Option<string?> _name = new("--name") { Description = "For people.", HelpName = "TEXT" };
    private readonly Option<string?> _email = new("--email") { Description = "Where people can be asked.", HelpName = "ADDRESS" };
    private readonly Option<string[]> _roles = new("--role") { Description = "author, operator or admin, beyond developer; may be repeated.", HelpName = "ROLE" };
    private readonly Option<string[]> _teams = new("--team") { Description = "A team whose requests it sees; may be repeated.", HelpName = "TEAM" };

    private readonly Option<string[]> _identities = new("--identity")
    {
        Description = "An ARN of AWS under which it calls, such as arn:aws:sts::123456789012:assumed-role/NAME/*; may be repeated.",
        HelpName = "ARN",
    };

    public PutCommand()
        : base("put", "Make a principal, or replace all that is known of it: what is left out is taken away.")
    {
        Add(_id);
        foreach (var option in (Option[])[_name, _email, _roles, _teams, _identities])
            Add(option);
    }

    protected override Task<JsonNode?> AskAsync(ParseResult parsed, PaoService service, CancellationToken cancellationToken)
    {
        JsonObject body = new()
        {
            ["roles"] = Texts(parsed.GetValue(_roles)),
            ["teams"] = Texts(parsed.GetValue(_teams)),
            ["identities"] = Texts(parsed.GetValue(_identities)),
        };
        if (parsed.GetValue(_name) is { } name)
            body["name"] = name;
        if (parsed.GetValue(_email) is { } email)
            body["email"] = email;
        return service.SendAsync(HttpMethod.Put, $"/principals/{Segment(parsed.GetRequiredValue(_id))}", body, cancellationToken);
    }

    protected override void Write(JsonNode? answer, TextWriter output) => ShownPrincipal.Write(answer, output);

    private static JsonArray Texts(string[]? texts) => [.. (texts ?? []).Select(text => JsonValue.Create(text))];
}
