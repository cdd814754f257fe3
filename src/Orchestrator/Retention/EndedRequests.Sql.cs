namespace Pao.Orchestrator.Retention;

internal sealed partial class EndedRequests
{
    // What another process removes just now is passed over.
    private const string FindPostgres = """
        select id from requests where completed_at < @before order by completed_at limit @limit for update skip locked
        """;

    private const string FindSqlite = """
        select id from requests where completed_at < @before order by completed_at limit @limit
        """;

    private const string IdsPostgres = "(select value::uuid from jsonb_array_elements_text(@ids))";

    private const string IdsSqlite = "(select value from json_each(@ids))";

    /// <summary>A test holds it against what the schema says hangs on a request.</summary>
    internal static string RemovedTables => Remove(IdsPostgres);

    private static string Remove(string ids) => $"""
        delete from request_changes where request_id in {ids};
        delete from request_log where request_id in {ids};
        delete from request_secrets where request_id in {ids};
        delete from request_decisions where request_id in {ids};
        delete from request_stops where request_id in {ids};
        delete from waiting_for where request_id in {ids};
        delete from request_actions where request_id in {ids};
        delete from request_components where request_id in {ids};
        delete from idempotency_keys where request_id in {ids};
        delete from requests where id in {ids}
        """;
}
