using Pao.Orchestrator.Access;

namespace Pao.Api.Access.Register;

/// <summary>A principal as administrators see it.</summary>
/// <param name="State">active, or disabled: then it is let in no more.</param>
/// <param name="Roles">Beyond developer, which everybody is: author, operator, admin.</param>
/// <param name="Teams">Whose requests it sees.</param>
/// <param name="Identities">ARNs of AWS under which it calls; one that ends in /* means every session of a role.</param>
internal sealed record PrincipalBody(
    string Id,
    string? Name,
    string? Email,
    string State,
    IReadOnlyList<string> Roles,
    IReadOnlyList<string> Teams,
    IReadOnlyList<string> Identities,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt,
    DateTimeOffset? DisabledAt)
{
    public const string Example = """
        {
          "id": "ada", "name": "Ada Lovelace", "email": "ada@example.com", "state": "active",
          "roles": ["author"], "teams": ["platform"],
          "identities": ["arn:aws:sts::123456789012:assumed-role/platform-deployer/*"],
          "created_at": "2026-01-31T08:00:00Z", "updated_at": "2026-01-31T08:00:00Z"
        }
        """;

    public static PrincipalBody From(PrincipalEntry entry) => new(
        entry.Principal.Id,
        entry.Principal.Name,
        entry.Principal.Email,
        entry.DisabledAt is null ? "active" : "disabled",
        [.. entry.Principal.Roles.Select(role => role.ToText())],
        entry.Principal.Teams,
        entry.Identities,
        entry.CreatedAt,
        entry.UpdatedAt,
        entry.DisabledAt);
}

/// <summary>Who calls, as the service knows it.</summary>
/// <param name="Roles">What it may do: developer, and what it has beyond.</param>
/// <param name="Teams">Whose requests it sees.</param>
internal sealed record MeBody(string Id, string? Name, string? Email, IReadOnlyList<string> Roles, IReadOnlyList<string> Teams)
{
    public const string Example = """
        {"id": "ada", "name": "Ada Lovelace", "email": "ada@example.com", "roles": ["developer", "author"], "teams": ["platform"]}
        """;

    public static MeBody From(Principal principal) => new(
        principal.Id, principal.Name, principal.Email, [.. Enum.GetValues<Role>().Where(principal.Is).Select(role => role.ToText())], principal.Teams);
}

/// <summary>The place of a principal in their list.</summary>
internal sealed record PrincipalCursor(string Id);
