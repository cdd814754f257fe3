namespace Pao.Orchestrator.Requests;

public sealed partial class RequestChanges
{
    private const string SincePostgres = """
        select c.request_id, c.version, c.status, c.at
        from jsonb_array_elements(@places) as p
        join request_changes c on c.request_id = (p ->> 'RequestId')::uuid and c.version >= (p ->> 'Version')::bigint
        order by c.request_id, c.version
        limit @limit
        """;

    private const string SinceSqlite = """
        select c.request_id, c.version, c.status, c.at
        from json_each(@places) as p
        join request_changes c on c.request_id = p.value ->> 'RequestId' and c.version >= p.value ->> 'Version'
        order by c.request_id, c.version
        limit @limit
        """;
}
