namespace Pao.Orchestrator.Access;

public sealed partial class Principals
{
    // One that is disabled is let in no more; what it has asked for goes on.
    private const string Find = """
        select id, name, email, roles, teams from principals where id = @id and disabled_at is null
        """;

    // Whoever is named exactly goes before whoever is named with all sessions of the role: also when it is disabled.
    private const string FindByIdentity = """
        select id, name, email, roles, teams from principals
        where disabled_at is null and id = (
          select principal_id from principal_identities
          where identity in (@exact, @every_session)
          order by case when identity = @exact then 0 else 1 end
          limit 1)
        """;
}
