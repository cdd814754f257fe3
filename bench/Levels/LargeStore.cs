namespace Pao.Bench.Levels;

/// <summary>The same calls with very many requests stored, and while those that ended long ago are removed.</summary>
internal static class LargeStore
{
    /// <summary>
    /// Copies of one real request with its action and its log: two years of them, of 2,000 people in 50 teams, for 40 items;
    /// nine of ten were completed, one of a hundred waits for a person.
    /// </summary>
    private static string Fill(int count) => $"""
        set search_path = pao;
        set synchronous_commit = off;
        create temporary table copy as
        select n, gen_random_uuid() as id, now() - n * interval '63 s' as at,
          case when n % 100 = 0 then 'failed' when n % 10 = 0 then 'aborted' else 'completed' end as status
        from generate_series(1, {count}) as n;

        insert into requests (
          id, catalog_item_id, catalog_item_version, item_owner, user_id, requester, team, status, request_data, document, form, plan,
          correlation_id, action_count, version, error, created_at, updated_at, completed_at, orchestration_started_at)
        select c.id, 'compute-copy-' || c.n % 40, r.catalog_item_version, 'team-' || c.n % 50, 'user-' || c.n % 2000, r.requester, 'team-' || c.n % 50,
          c.status, r.request_data, r.document, r.form, r.plan, r.correlation_id, r.action_count, r.version,
          case when c.status = 'failed' then jsonb_build_object('code', 'action.rejected') end, c.at, c.at,
          case when c.status <> 'failed' then c.at end, c.at
        from copy as c cross join (select * from requests where status = 'completed' limit 1) as r;

        insert into request_actions (
          request_id, action_index, action_id, action_type, action_config, status, revision, attempt, output, external_reference,
          started_at, completed_at, prepared)
        select c.id, a.action_index, a.action_id, a.action_type, a.action_config, a.status, a.revision, a.attempt, a.output,
          a.external_reference, c.at, c.at, a.prepared
        from copy as c
        cross join (
          select * from request_actions
          where request_id = (select id from requests where status = 'completed' and id not in (select id from copy) limit 1)) as a;

        insert into request_log (request_id, at, level, message)
        select c.id, c.at, 'info', 'Line ' || line
        from copy as c cross join generate_series(1, 3) as line;

        analyze;
        """;

    public static Task RunAsync(Setup setup) => ServiceLevels.OnDeskAsync(setup, (desk, store) => RunAsync(setup, desk, store));

    private static async Task RunAsync(Setup setup, Desk desk, Store store)
    {
        var count = setup.Scaled(1_000_000);
        string[] statuses = [.. (await desk.SubmitAsync(100)).Select(id => $"/api/v1/requests/{id}/status")];
        await desk.WarmUpAsync(statuses);
        await Store.ExecuteAsync(store.ConnectionString ?? "", Fill(count));

        Table.Head(
            $"With {count:N0} requests stored", "what", "asked for", "server", "calls", "errors", "median ms", "P95 ms", "P99 ms", "");
        foreach (var filter in (string[])["limit=50", "status=failed", "catalog_item_id=compute-copy-7", "status=aborted&catalog_item_id=compute-copy-10", "catalog_item_id=no-such-item"])
            await new Level($"GET /requests?{filter}", 20, "P95 < 100 ms", figures => figures.P95 < 100).MeasureAsync(setup, desk, [$"/api/v1/requests?{filter}"]);
        var status = new Level("GET /requests/{id}/status, of 100", 2_000, "P99 < 10 ms", figures => figures.P99 < 10);
        await status.MeasureAsync(setup, desk, statuses);

        await desk.StartAsync(new Dictionary<string, string> { ["Pao__Retention__Requests"] = "365.00:00:00" });
        await desk.WarmUpAsync(statuses);
        var before = await CountAsync(store);
        var started = TimeProvider.System.GetTimestamp();
        await (status with { What = "the same, while those of the year before are removed" }).MeasureAsync(setup, desk, statuses);
        var removed = before - await CountAsync(store);
        Table.Row($"\nMeanwhile {removed / TimeProvider.System.GetElapsedTime(started).TotalSeconds:N0} requests a second were removed.");
    }

    private static Task<long> CountAsync(Store store) => store.ReadAsync("select count(*) from pao.requests");
}
