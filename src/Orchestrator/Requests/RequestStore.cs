using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Pao.Orchestrator.Auditing;
using Pao.Orchestrator.Fulfilment;
using Pao.Orchestrator.Planning;
using Pao.Orchestrator.Storage;

namespace Pao.Orchestrator.Requests;

/// <summary>Requests as people see them: submitted once, found by who may see them, listed newest first.</summary>
public sealed partial class RequestStore(Database database, TimeProvider time)
{
    /// <summary>Stores a request, its log and its audit entry in one commit; returns once they are durable.</summary>
    public Task<SubmissionOutcome> SubmitAsync(Submission submission, CancellationToken cancellationToken)
    {
        var now = Clock.Microseconds(time);
        var id = Guid.CreateVersion7(now);
        var fields = submission.Fields.ToJsonString();
        return database.WriteAsync(async transaction =>
        {
            if (submission.Quota is { } quota
                && await QuotaCheck.ExceedsAsync(transaction, submission, quota, Encoding.UTF8.GetByteCount(fields), cancellationToken) is { } over)
                return submission.Key is { } used && await RepeatAsync(transaction, used, cancellationToken) is { } repeat ? repeat : over;
            if (submission.Key is { } key && !await TakeKeyAsync(transaction, submission, key, id, now, cancellationToken))
                return await RepeatAsync(transaction, key, cancellationToken)
                    ?? throw new InvalidOperationException("An idempotency key was taken and is gone.");

            await transaction.ExecuteAsync(Insert, p => BindSubmission(p, id, submission, fields, now), cancellationToken);
            if (submission.Secrets is { } secrets)
                await secrets.StoreAsync(transaction, id, now, cancellationToken);
            transaction.Count(metrics => metrics.Submitted(submission.Item.Id, submission.Team));
            return Accepted(id, submission, now);
        }, cancellationToken);
    }

    /// <summary>What a key stands for already, or null when it is new.</summary>
    public async Task<SubmissionOutcome?> FindRepeatAsync(IdempotencyKey key, CancellationToken cancellationToken) =>
        (await database.ReadAsync(FindKey, p => BindKey(p, key), row => row.Uuid("request_id"), cancellationToken)).Count == 0
            ? null
            : await database.WriteAsync(transaction => RepeatAsync(transaction, key, cancellationToken), cancellationToken);

    public async Task<Request?> FindAsync(Guid id, Visibility visibility, CancellationToken cancellationToken) =>
        (await database.ReadAsync(
            $"{Find} {visibility.Condition(database)}", p => visibility.Bind(p.Uuid("id", id)), ReadRequest, cancellationToken)).SingleOrDefault();

    /// <summary>Whether there is such a request for one who sees so much.</summary>
    public async Task<bool> IsSeenAsync(Guid id, Visibility visibility, CancellationToken cancellationToken) =>
        (await database.ReadAsync(
            $"{IsThere} {visibility.Condition(database)}", p => visibility.Bind(p.Uuid("id", id)), row => row.Number("one"), cancellationToken)).Count > 0;

    public Task<List<Request>> ListAsync(RequestQuery query, CancellationToken cancellationToken)
    {
        var list = new RequestList(query);
        return database.ReadAsync(list.Sql, list.Bind, ReadRequest, cancellationToken);
    }

    public Task<List<RequestAction>> ActionsAsync(Guid id, CancellationToken cancellationToken) =>
        database.ReadAsync(Actions, p => p.Uuid("id", id), RequestAction.Read, cancellationToken);

    /// <summary>The components of a request for a bundle, in the bundle's order; none when it is for an item.</summary>
    public Task<List<RequestComponent>> ComponentsAsync(Guid id, CancellationToken cancellationToken) =>
        database.ReadAsync(Components, p => p.Uuid("id", id), ReadComponent, cancellationToken);

    /// <summary>The log's lines after a place in it, oldest first.</summary>
    public Task<List<LogEntry>> LogAsync(Guid id, long after, int limit, CancellationToken cancellationToken) =>
        database.ReadAsync(
            Log,
            p => p.Uuid("id", id).Number("after", after).Number("limit", limit),
            row => new LogEntry(
                row.Number("id"), row.Time("at"), row.Text("level"), row.Text("message"), row.TextOrNull("action_id"),
                row.TextOrNull("component_id")),
            cancellationToken);

    /// <summary>The versions of some requests, to see which have changed.</summary>
    public async Task<Dictionary<Guid, long>> VersionsAsync(IEnumerable<Guid> ids, CancellationToken cancellationToken)
    {
        var sql = database.Pick(VersionsPostgres, VersionsSqlite);
        var rows = await database.ReadAsync(
            sql,
            p => p.Json("ids", JsonSerializer.Serialize(ids)),
            row => KeyValuePair.Create(row.Uuid("id"), row.Number("version")),
            cancellationToken);
        return new(rows);
    }

    /// <summary>Some requests as they stand, whoever may see them.</summary>
    public Task<List<Request>> StatesAsync(IEnumerable<Guid> ids, CancellationToken cancellationToken) =>
        database.ReadAsync(
            database.Pick(StatesPostgres, StatesSqlite), p => p.Json("ids", JsonSerializer.Serialize(ids)), ReadRequest, cancellationToken);

    private static async Task<bool> TakeKeyAsync(
        Transaction transaction, Submission submission, IdempotencyKey key, Guid id, DateTimeOffset now, CancellationToken cancellationToken) =>
        await transaction.ExecuteAsync(
            TakeKey,
            p => p.Text("caller", key.Caller).Text("key", key.Key).Text("body_hash", HashOf(submission, key)).Uuid("request_id", id).Time("now", now),
            cancellationToken) == 1;

    private static Parameters BindKey(Parameters parameters, IdempotencyKey key) =>
        parameters.Text("caller", key.Caller).Text("key", key.Key);

    private static string HashOf(Submission submission, IdempotencyKey key) => submission.Secrets is null
        ? key.BodyHash
        : key.Fingerprint ?? throw new InvalidOperationException("A body with a password is kept by its fingerprint only.");

    private static async Task<SubmissionOutcome?> RepeatAsync(
        Transaction transaction, IdempotencyKey key, CancellationToken cancellationToken)
    {
        var found = await transaction.ReadAsync(
            FindKey,
            p => BindKey(p, key),
            row => (Hash: row.Text("body_hash"), RequestId: row.Uuid("request_id")),
            cancellationToken);
        if (found is not [var use])
            return null;
        if (!key.IsOf(use.Hash))
            return new SubmissionOutcome.KeyReused();

        var first = await transaction.ReadAsync(
            $"{Find} true", p => p.Uuid("id", use.RequestId), ReadRequest, cancellationToken);
        return new SubmissionOutcome.Repeated(first.Single());
    }

    private static void BindSubmission(Parameters parameters, Guid id, Submission submission, string fields, DateTimeOffset now)
    {
        var item = submission.Item;
        parameters
            .Uuid("id", id)
            .Text("catalog_item_id", item.Id)
            .Text("catalog_item_version", item.Version)
            .Text("item_owner", item.Owner)
            .Text("user_id", submission.Requester.UserId)
            .Json("requester", JsonSerializer.Serialize(submission.Requester))
            .Text("team", submission.Team)
            .Json("request_data", fields)
            .Number("stored_bytes", Encoding.UTF8.GetByteCount(fields))
            .Text("document", JsonSerializer.Serialize(item))
            .Text("form", submission.Form is { } form ? JsonSerializer.Serialize(form) : null)
            .Text("correlation_id", submission.CorrelationId)
            .Text("trace_context", RequestTrace.Of(submission.Trace))
            .Number("action_count", item.ActionCount)
            .Time("now", now)
            .Text("message", $"Submitted for {item.Id} {item.Version}.");
        AuditLog.Bind(parameters, Entry(id, submission), now);
    }

    // The fields are in the request; with a file or a long text in them they are too much to keep twice for good.
    private static AuditEntry Entry(Guid id, Submission submission)
    {
        var item = submission.Item;
        return new AuditEntry(submission.Origin, "request.submit")
        {
            RequestId = id,
            Details = new JsonObject { ["catalog_item_id"] = item.Id, ["version"] = item.Version, ["team"] = submission.Team },
            After = new JsonObject { ["status"] = RequestStatus.Submitted.ToText() },
        };
    }

    private static SubmissionOutcome.Accepted Accepted(Guid id, Submission submission, DateTimeOffset now)
    {
        var item = submission.Item;
        return new(
            new Request(
                id, item.Id, item.Version, submission.Requester.UserId, submission.Team, RequestStatus.Submitted,
                submission.Fields, submission.CorrelationId, Error: null, new Progress(0, item.ActionCount),
                CurrentAction: null, Version: 1, now, now, CompletedAt: null),
            new FulfilmentInput(
                id, item, submission.Fields, submission.Requester, submission.Team, submission.CorrelationId, now)
            {
                Trace = submission.Trace,
            });
    }

    private static Request ReadRequest(Row row) => new(
        row.Uuid("id"),
        row.Text("catalog_item_id"),
        row.Text("catalog_item_version"),
        row.Text("user_id"),
        row.TextOrNull("team"),
        row.Status("status"),
        row.Object("request_data"),
        row.Text("correlation_id"),
        row.ObjectOrNull("error"),
        new Progress(row.Count("actions_done"), row.Count("action_count")),
        row.TextOrNull("current_action"),
        row.Number("version"),
        row.Time("created_at"),
        row.Time("updated_at"),
        row.TimeOrNull("completed_at"))
    {
        Plan = ChosenPlan.Read(row),
    };

    private static RequestComponent ReadComponent(Row row) => new(
        row.Text("component_id"),
        row.Text("catalog_item_id"),
        row.Text("catalog_item_version"),
        JsonSerializer.Deserialize<List<string>>(row.Text("depends_on")) ?? [],
        row.Text("status"),
        row.ObjectOrNull("outputs"),
        row.ObjectOrNull("error"),
        row.TimeOrNull("started_at"),
        row.TimeOrNull("completed_at"));
}
