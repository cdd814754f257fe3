using System.Text.Json.Nodes;
using Npgsql;
using Pao.Catalog;
using Pao.Orchestrator.Auditing;
using Pao.Orchestrator.Deciding;
using Pao.Orchestrator.Fulfilment;
using Pao.Orchestrator.Requests;
using Pao.Orchestrator.Tests.Fulfilment;

namespace Pao.Orchestrator.Tests.Deciding;

public sealed class SqliteCompletionTests(RunningService service) : CompletionTests(service), IClassFixture<RunningService>;

public sealed class PostgresCompletionTests(PostgresRunningService service) : CompletionTests(service), IClassFixture<PostgresRunningService>
{
    private const string Waiting = "select 'waits' from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";

    private readonly PostgresRunningService _service = service;

    [Fact]
    public async Task Whoever_begins_to_follow_while_it_is_completed_is_told()
    {
        var input = await StartWaitingAsync(ByHand);
        await using var source = NpgsqlDataSource.Create(_service.ConnectionString);
        string? follower = null;
        await RunningService.WaitUntilAsync(
            async () => (follower = (await ReadAsync(source, $"select follower from pao.request_actions where request_id = '{input.RequestId}'")).Single()) is not null,
            "it is followed");
        await ReadAsync(source, $"update pao.request_actions set follower = null where request_id = '{input.RequestId}' returning 'nobody yet'");
        await using var connection = await source.OpenConnectionAsync(Cancellation);
        await using var following = await connection.BeginTransactionAsync(Cancellation);
        await using (var follow = new NpgsqlCommand(
            $"update pao.request_actions set follower = '{follower}' where request_id = '{input.RequestId}'", connection, following))
            await follow.ExecuteNonQueryAsync(Cancellation);

        var completing = CompleteAsync(input, """{"url": "https://db", "port": 5432}""");
        await RunningService.WaitUntilAsync(async () => (await ReadAsync(source, Waiting)).Count > 0, "it waits for who begins to follow");
        await following.CommitAsync(Cancellation);

        Assert.IsType<CompletionOutcome.Completed>(await completing);
        await WaitForAsync(input, RequestStatus.Completed);
        Assert.Equal(0, _service.Tickets.Of(input.RequestId).Looks);
    }

    private static async Task<List<string?>> ReadAsync(NpgsqlDataSource source, string sql)
    {
        await using var command = source.CreateCommand(sql);
        await using var reader = await command.ExecuteReaderAsync(Cancellation);
        List<string?> values = [];
        while (await reader.ReadAsync(Cancellation))
            values.Add(reader.IsDBNull(0) ? null : reader.GetString(0));
        return values;
    }
}

/// <summary>Work that people do by hand.</summary>
public abstract class CompletionTests(RunningService service) : DecidingTests(service)
{
    private protected static readonly ActionDefinition ByHand = Action("hand", "x", "rest-api") with
    {
        Outputs = new JsonObject { ["url"] = "fields.url", ["port"] = "fields.port" },
    };

    private readonly RunningService _service = service;

    [Fact]
    public async Task The_outputs_that_a_person_gives_are_used_by_later_actions()
    {
        var input = await StartWaitingAsync(ByHand, Action("tell", "{{ output.hand.url }} {{ output.hand.port }} {{ output.hand.status }}"));

        Assert.IsType<CompletionOutcome.Completed>(await CompleteAsync(input, """{"url": "https://db", "port": 5432}"""));
        await WaitForAsync(input, RequestStatus.Completed);

        Assert.Equal("https://db 5432 open", (string?)Executions(input)[^1].Config["body"]?["template"]?["sent"]);
        Assert.Contains("ada completed it by hand: done", await LogAsync(input));
        Assert.Equal(0, _service.Tickets.Of(input.RequestId).Looks);
        Assert.IsType<CompletionOutcome.Completed>(await CompleteAsync(input, """{"url": "https://db", "port": 5432}"""));
        Assert.Equal(
            new CompletionOutcome.NotWaiting(RequestStatus.Completed), await CompleteAsync(input, """{"url": "https://other", "port": 5432}"""));
    }

    [Theory]
    [InlineData("""{"url": "https://db"}""", "/outputs/port")]
    [InlineData("""{"url": "https://db", "port": null}""", "/outputs/port")]
    [InlineData("""{"url": "https://db", "port": 1, "colour": "red"}""", "/outputs/colour")]
    public async Task Outputs_are_held_to_what_the_document_declares(string outputs, string place)
    {
        var input = await StartWaitingAsync(ByHand);

        Assert.Equal([place], Assert.IsType<CompletionOutcome.Refused>(await CompleteAsync(input, outputs)).Errors.Keys);

        Assert.Equal(RequestStatus.InProgress, (await WaitForAsync(input, RequestStatus.InProgress)).Status);
    }

    [Fact]
    public async Task What_no_person_does_cannot_be_completed_by_one()
    {
        var input = await StartAsync(begun => _service.Tickets.Of(begun.RequestId).ByPerson = false, ByHand);
        await WaitsAsync(input);

        Assert.Equal(new CompletionOutcome.NotWaiting(RequestStatus.InProgress), await CompleteAsync(input, """{"url": "a", "port": 1}"""));
        Assert.IsType<CompletionOutcome.NoSuchAction>(await CompleteAsync(input, "{}", "other"));
        Assert.IsType<CompletionOutcome.NoSuchRequest>(await _service.Completions.CompleteAsync(
            new ActionKey(input.RequestId, null, "hand"), new Visibility("bob"), Origin.Of("bob"), new WorkDone([], null, null), Cancellation));
    }

    [Fact]
    public async Task A_request_that_gave_up_waiting_goes_on_when_a_person_completes_and_retries()
    {
        var input = await StartAsync(
            begun => (_service.Tickets.Of(begun.RequestId).PollAfter, _service.Tickets.Of(begun.RequestId).Timeout) =
                (TimeSpan.FromMinutes(1), TimeSpan.FromMilliseconds(100)),
            ByHand);
        await WaitForAsync(input, RequestStatus.Failed);

        Assert.IsType<CompletionOutcome.Completed>(await CompleteAsync(input, """{"url": "a", "port": 1}"""));
        await DecideAsync(input, DecisionKind.Retry);

        await WaitForAsync(input, RequestStatus.Completed);
        Assert.Single(_service.Tickets.Of(input.RequestId).Opened);
    }

    private protected async Task<FulfilmentInput> StartWaitingAsync(params IReadOnlyList<ActionDefinition> actions)
    {
        var input = await StartAsync(_ => { }, actions);
        await WaitsAsync(input);
        return input;
    }

    private Task WaitsAsync(FulfilmentInput input) => RunningService.WaitUntilAsync(
        async () => (await LogAsync(input)).Contains("Waits (attempt 1): ticket T-1"), "it waits for a person");

    private protected Task<CompletionOutcome> CompleteAsync(FulfilmentInput input, string outputs, string action = "hand") => _service.Completions.CompleteAsync(
        new ActionKey(input.RequestId, ComponentId: null, action), Visibility.Everything, Origin.Of("ada"),
        new WorkDone(JsonNode.Parse(outputs)!.AsObject(), null, "done"), Cancellation);
}
