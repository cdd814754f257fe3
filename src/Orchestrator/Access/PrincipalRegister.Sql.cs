namespace Pao.Orchestrator.Access;

public sealed partial class PrincipalRegister
{
    private const string List = """
        select id, name, email, roles, teams, created_at, updated_at, disabled_at
        from principals
        where @after is null or id > @after
        order by id
        limit @limit
        """;

    private const string ListIdentities = """
        select principal_id, identity from principal_identities
        where principal_id >= @first and principal_id <= @last
        order by identity
        """;

    private const string Find = """
        select id, name, email, roles, teams, created_at, updated_at, disabled_at from principals where id = @id
        """;

    private const string FindIdentities = """
        select identity from principal_identities where principal_id = @id order by identity
        """;

    private const string FindHolder = """
        select principal_id from principal_identities where identity = @identity and principal_id <> @id
        """;

    private const string Keep = """
        insert into principals (id, name, email, roles, teams, created_at, updated_at)
        values (@id, @name, @email, @roles, @teams, @now, @now)
        on conflict (id) do update set
          name = excluded.name, email = excluded.email, roles = excluded.roles, teams = excluded.teams, updated_at = excluded.updated_at
        """;

    private const string DropIdentities = "delete from principal_identities where principal_id = @id";

    private const string KeepIdentity = "insert into principal_identities (identity, principal_id) values (@identity, @id)";

    private const string Disable = """
        update principals set disabled_at = @now, updated_at = @now where id = @id and disabled_at is null
        """;

    private const string Enable = """
        update principals set disabled_at = null, updated_at = @now where id = @id and disabled_at is not null
        """;
}
