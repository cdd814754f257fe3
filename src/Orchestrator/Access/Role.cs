namespace Pao.Orchestrator.Access;

/// <summary>What a principal may do beyond what every developer may. A principal can have several.</summary>
public enum Role
{
    /// <summary>Submits requests, and sees one's own and those of one's teams. Every principal is one.</summary>
    Developer,

    /// <summary>Writes documents of the catalog: checks and tests them, and sees and decides about the requests for one's teams' items.</summary>
    Author,

    /// <summary>Sees all requests and orchestrations, and decides about them.</summary>
    Operator,

    /// <summary>Manages principals and keys and reads the audit; may do whatever the others may.</summary>
    Admin,
}

public static class Roles
{
    /// <summary>As it is written in JSON, in documents and in the database.</summary>
    public static string ToText(this Role role) => role.ToString().ToLowerInvariant();

    /// <returns>Null when there is no such role.</returns>
    public static Role? Parse(string text) =>
        Enum.GetValues<Role>().Where(role => role.ToText() == text).Select(role => (Role?)role).FirstOrDefault();
}
