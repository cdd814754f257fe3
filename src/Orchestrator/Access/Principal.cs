namespace Pao.Orchestrator.Access;

/// <summary>A person or a machine that calls.</summary>
/// <param name="Id">Under which its requests are kept; it never changes.</param>
/// <param name="Name">For people.</param>
/// <param name="Email">Where people can be asked, such as the reporter of a ticket.</param>
/// <param name="Roles">Beyond <see cref="Role.Developer"/>.</param>
/// <param name="Teams">Whose requests it sees; a platform author's are also the owners of items.</param>
public sealed record Principal(string Id, string? Name, string? Email, IReadOnlyList<Role> Roles, IReadOnlyList<string> Teams)
{
    /// <summary>Whoever reads the data directory. It has no row, so that nobody can lock oneself out.</summary>
    public static Principal LocalAdmin { get; } = new("local-admin", "Local administrator", "local-admin@localhost", [Role.Admin], []);

    /// <summary>Whether it may do what the role may: an administrator may do everything, and everybody is a developer.</summary>
    public bool Is(Role role) => role is Role.Developer || Roles.Contains(role) || Roles.Contains(Role.Admin);
}
