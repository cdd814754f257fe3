namespace Pao.Orchestrator.Access;

public sealed partial class Principals
{
    // One that is disabled is let in no more; what it has asked for goes on.
    private const string Find = """
        select id, name, email, roles, teams from principals where id = @id and disabled_at is null
        """;
}
