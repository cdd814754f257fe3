using System.Text.Json;
using System.Text.Json.Nodes;
using Pao.Api.Problems;
using Pao.Api.Requests;
using Pao.Orchestrator.Access;

namespace Pao.Api.Access.Register;

/// <summary>What is said of a principal; all of it replaces what is known.</summary>
/// <param name="Name">For people.</param>
/// <param name="Email">Where people can be asked.</param>
/// <param name="Roles">Beyond developer: author, operator, admin.</param>
/// <param name="Teams">Whose requests it sees.</param>
/// <param name="Identities">ARNs of AWS under which it calls.</param>
internal sealed record NewPrincipal(
    string? Name, string? Email, IReadOnlyList<string>? Roles, IReadOnlyList<string>? Teams, IReadOnlyList<string>? Identities)
{
    public const string Example = """
        {"name": "Ada Lovelace", "email": "ada@example.com", "roles": ["author"], "teams": ["platform"],
         "identities": ["arn:aws:sts::123456789012:assumed-role/platform-deployer/*"]}
        """;

    private const int MaxName = 200;
    private const int MaxEmail = 254;
    private const int MaxTeam = 100;
    private const int MaxTeams = 50;
    private const int MaxIdentities = 20;

    private static readonly string[] Known = ["name", "email", "roles", "teams", "identities"];
    private static readonly Role[] Given = [Role.Author, Role.Operator, Role.Admin];

    public static async Task<(Principal? Principal, IReadOnlyList<string> Identities, ProblemResult? Refusal)> ReadAsync(
        string id, HttpRequest http, CancellationToken cancellationToken)
    {
        var body = await JsonBody.ReadAsync(http, cancellationToken);
        if (body.Root is not { } root)
            return (null, [], body.Problem);

        Dictionary<string, string[]> errors = [];
        foreach (var (name, _) in root.Where(member => !Known.Contains(member.Key)))
            errors[$"/{name}"] = [$"Is not known; there are {string.Join(", ", Known)}."];
        var principal = new Principal(
            id,
            Text(root, "name", MaxName, errors),
            Text(root, "email", MaxEmail, errors),
            [.. Texts(root, "roles", Given.Length, WhyNoRole, errors).Select(Pao.Orchestrator.Access.Roles.Parse).OfType<Role>()],
            Texts(root, "teams", MaxTeams, WhyNoTeam, errors));
        var identities = Texts(root, "identities", MaxIdentities, WhyNoIdentity, errors);
        if (principal.Email is { } email && !(email.IndexOf('@', StringComparison.Ordinal) is > 0 and var at && at < email.Length - 1))
            errors["/email"] = ["Must be an address such as ada@example.com."];
        return errors.Count > 0 ? (null, [], SubmitRequest.Invalid(errors)) : (principal, identities, null);
    }

    private static string? WhyNoRole(string text) =>
        Given.Any(role => role.ToText() == text) ? null : "Must be author, operator or admin; a developer is everybody.";

    private static string? WhyNoTeam(string text) =>
        IsPlain(text, MaxTeam) ? null : $"Must be text of 1 to {MaxTeam} characters, without spaces around it and without control characters.";

    private static string? WhyNoIdentity(string text) => AwsIdentity.IsIdentity(text)
        ? null
        : "Must be the ARN of an IAM user, of a session of an assumed role, or of all of them: arn:aws:sts::123456789012:assumed-role/NAME/*.";

    private static string? Text(JsonObject root, string name, int max, Dictionary<string, string[]> errors)
    {
        if (root[name] is not { } node)
            return null;
        if (node.GetValueKind() is JsonValueKind.String && IsPlain(node.GetValue<string>(), max))
            return node.GetValue<string>();
        errors[$"/{name}"] = [$"Must be text of 1 to {max} characters, without spaces around it and without control characters."];
        return null;
    }

    private static List<string> Texts(JsonObject root, string name, int max, Func<string, string?> whyNot, Dictionary<string, string[]> errors)
    {
        if (root[name] is not { } node)
            return [];
        if (node is not JsonArray array || array.Count > max)
        {
            errors[$"/{name}"] = [$"Must be a list of at most {max}."];
            return [];
        }

        List<string> texts = [];
        foreach (var (index, element) in array.Index())
        {
            var text = element?.GetValueKind() is JsonValueKind.String ? element.GetValue<string>() : null;
            var problem = text is null ? "Must be text." : texts.Contains(text) ? "Is there twice." : whyNot(text);
            if (problem is not null)
                errors[$"/{name}/{index}"] = [problem];
            else if (text is not null)
                texts.Add(text);
        }

        return texts;
    }

    private static bool IsPlain(string text, int max) =>
        text.Length > 0 && text.Length <= max && text.Trim().Length == text.Length && !text.Any(char.IsControl);
}
