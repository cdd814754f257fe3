using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Pao.Orchestrator.Deciding;
using Pao.Orchestrator.Requests;

namespace Pao.Orchestrator.Tests.Requests;

public sealed class PostgresQuotaTests : QuotaTests<PostgresTestDatabase>;

public sealed class SqliteQuotaTests : QuotaTests<SqliteTestDatabase>;

/// <summary>What one may have open at once, also when it comes at once and through several processes.</summary>
public abstract class QuotaTests<TDatabase> : StoreConformance<TDatabase>
    where TDatabase : ITestDatabase, new()
{
    [Theory]
    [InlineData(5, 60)]
    [InlineData(150, 400)]
    public async Task As_many_requests_are_stored_as_the_quota_has_room_for(int room, int sent)
    {
        var stores = new[] { Store, new RequestStore(await OpenAsync(), TimeProvider.System) };

        var outcomes = new ConcurrentBag<SubmissionOutcome>();
        await Parallel.ForEachAsync(
            Enumerable.Range(0, sent),
            new ParallelOptions { MaxDegreeOfParallelism = 64, CancellationToken = Cancellation }, // as many as may pass each other uncounted
            async (number, cancellation) => outcomes.Add(
                await stores[number % 2].SubmitAsync(Submission() with { Quota = new RequestQuota(room, long.MaxValue) }, cancellation)));

        Assert.Equal(room, outcomes.OfType<SubmissionOutcome.Accepted>().Count());
        Assert.All(outcomes.OfType<SubmissionOutcome.OverQuota>(), over => Assert.Equal((false, (long)room), (over.IsBytes, over.Most)));
        Assert.Equal([(long)room], await CountAsync("select count(*) as n from requests"));
    }

    [Fact]
    public async Task Bytes_of_fields_are_counted_too()
    {
        var quota = new RequestQuota(100, 1000);
        var large = Submission() with { Fields = new JsonObject { ["text"] = new string('x', 600) }, Quota = quota };

        var first = await Store.SubmitAsync(large, Cancellation);
        var second = await Store.SubmitAsync(large, Cancellation);
        var small = await Store.SubmitAsync(Submission() with { Quota = quota }, Cancellation);

        Assert.IsType<SubmissionOutcome.Accepted>(first);
        Assert.True(Assert.IsType<SubmissionOutcome.OverQuota>(second).IsBytes);
        Assert.IsType<SubmissionOutcome.Accepted>(small);
    }

    [Fact]
    public async Task What_is_done_and_what_others_have_does_not_count()
    {
        var quota = new RequestQuota(1, long.MaxValue);
        var one = Assert.IsType<SubmissionOutcome.Accepted>(await Store.SubmitAsync(Submission() with { Quota = quota }, Cancellation));

        Assert.IsType<SubmissionOutcome.Accepted>(await Store.SubmitAsync(Submission("bob") with { Quota = quota }, Cancellation));
        Assert.IsType<SubmissionOutcome.OverQuota>(await Store.SubmitAsync(Submission() with { Quota = quota }, Cancellation));
        await DecideAsync(one.Input, DecisionKind.Cancel);
        Assert.IsType<SubmissionOutcome.Accepted>(await Store.SubmitAsync(Submission() with { Quota = quota }, Cancellation));
    }

    [Fact]
    public async Task A_twin_of_the_last_one_that_fits_gets_its_answer()
    {
        var key = new IdempotencyKey("ada", "key-1", "hash");
        var last = Submission(key: key) with { Quota = new RequestQuota(1, long.MaxValue) };

        var first = Assert.IsType<SubmissionOutcome.Accepted>(await Store.SubmitAsync(last, Cancellation));
        var twin = await Store.SubmitAsync(last, Cancellation); // it looked for its key before the first was stored

        Assert.Equal(first.Input.RequestId, Assert.IsType<SubmissionOutcome.Repeated>(twin).Request.Id);
    }

    [Fact]
    public async Task A_submission_over_the_quota_leaves_its_key_unused()
    {
        var quota = new RequestQuota(1, long.MaxValue);
        var key = new IdempotencyKey("ada", "key-1", "hash");
        var one = Assert.IsType<SubmissionOutcome.Accepted>(await Store.SubmitAsync(Submission() with { Quota = quota }, Cancellation));

        Assert.IsType<SubmissionOutcome.OverQuota>(await Store.SubmitAsync(Submission(key: key) with { Quota = quota }, Cancellation));
        Assert.Null(await Store.FindRepeatAsync(key, Cancellation));
        await DecideAsync(one.Input, DecisionKind.Cancel);
        Assert.IsType<SubmissionOutcome.Accepted>(await Store.SubmitAsync(Submission(key: key) with { Quota = quota }, Cancellation));
    }
}
