namespace Pao.Orchestrator.Requests;

internal static partial class QuotaCheck
{
    private const string Use = """
        select count(*) as open, cast(coalesce(sum(stored_bytes), 0) as bigint) as bytes
        from (
          select stored_bytes from requests
          where user_id = @user_id and status in ('submitted', 'validating', 'queued', 'in_progress', 'failed', 'escalated')
          limit @most
        ) as opened
        """;

    // One after the other, until the end of the transaction; those of other callers do not wait.
    private const string TakeTurnPostgres = """
        select 1::bigint as turn from (select pg_advisory_xact_lock(hashtextextended('pao.quota ' || @user_id, 0))) as taken
        """;

    // The only writer has its turn already.
    private const string TakeTurnSqlite = "select 1 as turn where @user_id is not null";
}
