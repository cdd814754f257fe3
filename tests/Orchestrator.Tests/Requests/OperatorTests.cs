using Pao.Orchestrator.Auditing;
using Pao.Orchestrator.Requests;

namespace Pao.Orchestrator.Tests.Requests;

public sealed class PostgresOperatorTests : OperatorTests<PostgresTestDatabase>;

public sealed class SqliteOperatorTests : OperatorTests<SqliteTestDatabase>;

public abstract class OperatorTests<TDatabase> : StoreConformance<TDatabase>
    where TDatabase : ITestDatabase, new()
{
    private static readonly OperatorStep Terminate = new("some-id", "terminate", Origin.Of("ada", "10.0.0.9", "curl/8.5", "correlation-9"), "not needed");

    [Fact]
    public async Task A_step_at_a_request_is_in_its_log_and_audited()
    {
        var input = await StartAsync();
        var before = await FindAsync(input);

        await Notes().WriteAsync(Terminate, input.RequestId, Cancellation);

        var line = (await Store.LogAsync(input.RequestId, 0, 50, Cancellation))[^1];
        Assert.Equal(("warning", "ada asked the hub to terminate the orchestration: not needed"), (line.Level, line.Message));
        Assert.True((await FindAsync(input)).Version > before.Version);
        Assert.Equal(1, await CountAuditsAsync(input.RequestId));
    }

    [Fact]
    public async Task A_step_at_another_orchestration_is_audited_only()
    {
        await Notes().WriteAsync(Terminate with { Reason = null }, null, Cancellation);

        Assert.Equal(1, await CountAuditsAsync(null));
    }

    [Fact]
    public async Task A_request_is_open_until_it_stops()
    {
        var open = new OpenRequests(Database);
        var input = await StartAsync();
        var other = await StartAsync();

        var found = await open.FindAsync(input.RequestId, Cancellation);
        await Progress.CompleteAsync(input.RequestId, Cancellation);

        Assert.Equal((input.RequestId, RequestStatus.InProgress), (found?.Id, found?.Status));
        Assert.Null(await open.FindAsync(input.RequestId, Cancellation));
        Assert.Equal(other.RequestId, (await open.FindAsync(other.RequestId, Cancellation))?.Id);
    }

    private OperatorNotes Notes() => new(Database, TimeProvider.System);

    private async Task<long> CountAuditsAsync(Guid? requestId) => (await Database.ReadAsync(
        """
        select count(*) as n from audit_log
        where action = 'orchestration.terminate' and actor = 'ada' and correlation_id = 'correlation-9'
          and (request_id = @request_id or (@request_id is null and request_id is null))
        """,
        p => p.Uuid("request_id", requestId),
        row => row.Number("n"),
        Cancellation)).Single();
}
