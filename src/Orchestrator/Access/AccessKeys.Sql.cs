namespace Pao.Orchestrator.Access;

public sealed partial class AccessKeys
{
    private const string Find = """
        select id, principal_id, cipher_key_id, ciphertext, expires_at from access_keys where id = @id and disabled_at is null
        """;
}
