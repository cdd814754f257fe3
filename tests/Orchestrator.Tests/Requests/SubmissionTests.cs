using Pao.Orchestrator.Requests;

namespace Pao.Orchestrator.Tests.Requests;

public sealed class PostgresSubmissionTests : SubmissionTests<PostgresTestDatabase>;

public sealed class SqliteSubmissionTests : SubmissionTests<SqliteTestDatabase>;

public abstract class SubmissionTests<TDatabase> : StoreConformance<TDatabase>
    where TDatabase : ITestDatabase, new()
{
    private static readonly IdempotencyKey Key = new("ada", "key-1", "hash");

    [Fact]
    public async Task An_accepted_request_is_found_as_it_was_answered()
    {
        var accepted = Assert.IsType<SubmissionOutcome.Accepted>(await Store.SubmitAsync(Submission(), Cancellation));

        var found = await FindAsync(accepted.Input);

        Assert.Equal(accepted.Request.Fields.ToJsonString(), found.Fields.ToJsonString());
        Assert.Equal(accepted.Request with { Fields = found.Fields }, found);
    }

    [Fact]
    public async Task A_submission_leaves_one_log_line_and_one_audit_entry()
    {
        var input = await SubmitAsync();

        var line = Assert.Single(await Store.LogAsync(input.RequestId, 0, 10, Cancellation));
        Assert.Equal("Submitted for compute-vm-small 1.2.0.", line.Message);
        Assert.Equal([1L], await CountAsync("select count(*) as n from audit_log where action = 'request.submit'"));
    }

    [Fact]
    public async Task A_hundred_submissions_with_one_key_make_one_request()
    {
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 100).Select(
            _ => Store.SubmitAsync(Submission(key: Key), Cancellation)));

        var accepted = Assert.Single(outcomes.OfType<SubmissionOutcome.Accepted>());
        var repeated = outcomes.OfType<SubmissionOutcome.Repeated>().ToList();
        Assert.Equal(99, repeated.Count);
        Assert.All(repeated, outcome => Assert.Equal(accepted.Request.Id, outcome.Request.Id));
        Assert.Equal([1L], await CountAsync("select count(*) as n from requests"));
        Assert.Equal([1L], await CountAsync("select count(*) as n from audit_log"));
    }

    [Fact]
    public async Task A_key_with_another_body_is_refused_and_stores_nothing()
    {
        await Store.SubmitAsync(Submission(key: Key), Cancellation);

        var outcome = await Store.SubmitAsync(Submission(key: Key with { BodyHash = "other" }), Cancellation);

        Assert.IsType<SubmissionOutcome.KeyReused>(outcome);
        Assert.Equal([1L], await CountAsync("select count(*) as n from requests"));
    }

    [Fact]
    public async Task A_key_belongs_to_its_caller()
    {
        await Store.SubmitAsync(Submission(key: Key), Cancellation);

        var outcome = await Store.SubmitAsync(Submission("bob", Key with { Caller = "bob", BodyHash = "other" }), Cancellation);

        Assert.IsType<SubmissionOutcome.Accepted>(outcome);
    }

    [Fact]
    public async Task The_audit_log_cannot_be_changed()
    {
        await SubmitAsync();

        await Assert.ThrowsAnyAsync<System.Data.Common.DbException>(() => ExecuteAsync("update audit_log set actor = 'x'"));
        await Assert.ThrowsAnyAsync<System.Data.Common.DbException>(() => ExecuteAsync("delete from audit_log"));
        Assert.Equal([1L], await CountAsync("select count(*) as n from audit_log"));
    }

    [Fact]
    public async Task Only_its_owner_finds_a_request()
    {
        var input = await SubmitAsync("ada");

        Assert.NotNull(await Store.FindAsync(input.RequestId, new Visibility("ada"), Cancellation));
        Assert.Null(await Store.FindAsync(input.RequestId, new Visibility("bob"), Cancellation));
    }

    [Fact]
    public async Task Pages_list_every_request_once_newest_first()
    {
        for (var i = 0; i < 7; i++)
            await SubmitAsync();
        await SubmitAsync("bob");

        List<Request> listed = [];
        RequestCursor? after = null;
        List<Request> page;
        do
        {
            page = await Store.ListAsync(new RequestQuery(new Visibility("ada"), null, null, after, 3), Cancellation);
            listed.AddRange(page);
            after = page is [.., var last] ? new RequestCursor(last.CreatedAt, last.Id) : after;
        }
        while (page.Count == 3);

        Assert.Equal(7, listed.Select(request => request.Id).Distinct().Count());
        Assert.Equal(listed.OrderByDescending(request => request.CreatedAt).ThenByDescending(request => request.Id.ToString()), listed);
    }

    [Fact]
    public async Task A_list_is_filtered_by_status_and_item()
    {
        await SubmitAsync();
        var started = await StartAsync();

        var running = await Store.ListAsync(
            new RequestQuery(Visibility.Everything, RequestStatus.InProgress, "compute-vm-small", null, 10), Cancellation);
        var others = await Store.ListAsync(
            new RequestQuery(Visibility.Everything, null, "another-item", null, 10), Cancellation);

        Assert.Equal(started.RequestId, Assert.Single(running).Id);
        Assert.Empty(others);
    }

    [Fact]
    public async Task An_unstarted_request_is_found_with_its_pinned_document_until_it_is_started()
    {
        var input = await SubmitAsync();
        var later = TimeProvider.System.GetUtcNow().AddMinutes(1);

        Assert.Empty(await Unstarted.FindAsync(input.SubmittedAt.AddSeconds(-1), 10, Cancellation));
        var found = Assert.Single(await Unstarted.FindAsync(later, 10, Cancellation));
        Assert.Equal(
            System.Text.Json.JsonSerializer.Serialize(input), System.Text.Json.JsonSerializer.Serialize(found));

        await Unstarted.MarkStartedAsync(input.RequestId, Cancellation);
        Assert.Empty(await Unstarted.FindAsync(later, 10, Cancellation));
    }

    [Fact]
    public async Task Processes_that_start_together_create_the_schema_once()
    {
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => OpenAsync()));

        var scripts = typeof(RequestStore).Assembly.GetManifestResourceNames().Count(name => name.Contains(".Sqlite.Migrations.", StringComparison.Ordinal));
        Assert.Equal([scripts], await CountAsync("select count(*) as n from schema_version"));
    }

    private Task<int> ExecuteAsync(string sql) =>
        Database.WriteAsync(transaction => transaction.ExecuteAsync(sql, _ => { }, Cancellation), Cancellation);
}
