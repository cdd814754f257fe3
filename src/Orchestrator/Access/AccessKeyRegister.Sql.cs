namespace Pao.Orchestrator.Access;

public sealed partial class AccessKeyRegister
{
    private const string FindPrincipal = "select id from principals where id = @principal";

    private const string List = """
        select id, principal_id, created_at, created_by, expires_at, disabled_at, last_used_at
        from access_keys
        where principal_id = @principal
        order by created_at, id
        """;

    private const string Insert = """
        insert into access_keys (id, principal_id, cipher_key_id, ciphertext, created_at, created_by, expires_at)
        values (@id, @principal, @cipher_key_id, @ciphertext, @now, @by, @expires_at)
        """;

    private const string Set = "update access_keys set disabled_at = @disabled_at where id = @id";

    private const string Delete = "delete from access_keys where id = @id";
}
