using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Pao.Orchestrator.Storage;

namespace Pao.Orchestrator.Auditing;

/// <summary>
/// An entry as it is told, in the names of AWS CloudTrail's records. It is a picture of all of its row: the hash of the chain is
/// taken over it, so that no column can change unseen. What a row looks like here must stay, or its hash is wrong.
/// </summary>
public sealed record AuditRecord
{
    [JsonPropertyName("eventVersion")]
    public string EventVersion { get; init; } = "1.0";

    [JsonPropertyName("eventID")]
    public required Guid EventId { get; init; }

    [JsonPropertyName("eventTime")]
    public required string EventTime { get; init; }

    [JsonPropertyName("eventSource")]
    public string EventSource { get; init; } = "pao";

    [JsonPropertyName("eventName")]
    public required string EventName { get; init; }

    [JsonPropertyName("userIdentity")]
    public required AuditIdentity UserIdentity { get; init; }

    [JsonPropertyName("sourceIPAddress")]
    public string? SourceIpAddress { get; init; }

    [JsonPropertyName("userAgent")]
    public string? UserAgent { get; init; }

    /// <summary>Of the request in PAO that it concerns.</summary>
    [JsonPropertyName("requestID")]
    public Guid? RequestId { get; init; }

    [JsonPropertyName("errorCode")]
    public string? ErrorCode { get; init; }

    /// <summary>What was asked.</summary>
    [JsonPropertyName("requestParameters")]
    public JsonNode? RequestParameters { get; init; }

    /// <summary>What it changed, as it is afterwards.</summary>
    [JsonPropertyName("responseElements")]
    public JsonNode? ResponseElements { get; init; }

    [JsonPropertyName("additionalEventData")]
    public required AuditContext AdditionalEventData { get; init; }

    /// <summary>Its place in the chain; null until it has one, which takes seconds.</summary>
    [JsonPropertyName(Audit.AuditChain.SealName)]
    public AuditSeal? Seal { get; init; }

    internal const string Columns = """
        l.id, l.event_id, l.at, l.actor, l.actor_kind, l.action, l.request_id, l.correlation_id, l.source_address, l.user_agent,
          l.error_code, l.details, l.state_before, l.state_after, l.folded
        """;

    internal static AuditRecord Read(Row row)
    {
        var id = row.Number("id");
        return new()
        {
            EventId = row.UuidOrNull("event_id") ?? OfEarlierVersion(id),
            EventTime = row.Time("at").UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture),
            EventName = row.Text("action"),
            UserIdentity = new(row.TextOrNull("actor_kind"), row.Text("actor")),
            SourceIpAddress = row.TextOrNull("source_address"),
            UserAgent = row.TextOrNull("user_agent"),
            RequestId = row.UuidOrNull("request_id"),
            ErrorCode = row.TextOrNull("error_code"),
            RequestParameters = JsonOrNull(row, "details"),
            ResponseElements = JsonOrNull(row, "state_after"),
            AdditionalEventData = new(id, row.TextOrNull("correlation_id"), JsonOrNull(row, "state_before"), row.NumberOrNull("folded")),
        };
    }

    /// <summary>Its place in lists.</summary>
    public AuditCursor ToCursor() =>
        new(DateTimeOffset.Parse(EventTime, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal), AdditionalEventData.Entry);

    /// <summary>One line of an export, without its end.</summary>
    public string ToLine() => JsonSerializer.Serialize(this, AuditRecordJson.Readable.AuditRecord);

    internal JsonElement ToJson() => JsonSerializer.SerializeToElement(this, AuditRecordJson.Readable.AuditRecord);

    private static JsonNode? JsonOrNull(Row row, string name) => row.TextOrNull(name) is { } json
        ? JsonNode.Parse(json, documentOptions: new JsonDocumentOptions { MaxDepth = Audit.AuditChain.MaxDepth })
        : null;

    // Entries had no id of this kind; a UUID of version 8 may say what it wants.
    private static Guid OfEarlierVersion(long id) =>
        Guid.ParseExact($"00000000-0000-8000-8000-{id:x12}", "D");
}

/// <param name="Type">principal, service, webhook or unknown; none in entries of before this was kept.</param>
/// <param name="PrincipalId">The id of the principal, or the name of what acts by itself.</param>
public sealed record AuditIdentity(
    [property: JsonPropertyName("type")] string? Type,
    [property: JsonPropertyName("principalId")] string PrincipalId);

/// <param name="Entry">The number of its row.</param>
/// <param name="CorrelationId">Of the call.</param>
/// <param name="Before">What it changed, as it was.</param>
/// <param name="Folded">For how many more of the same kind it stands.</param>
public sealed record AuditContext(
    [property: JsonPropertyName("entry")] long Entry,
    [property: JsonPropertyName("correlationID")] string? CorrelationId,
    [property: JsonPropertyName("before")] JsonNode? Before,
    [property: JsonPropertyName("folded")] long? Folded);

/// <param name="Sequence">Its place, counted from 1.</param>
/// <param name="Hash">SHA-256 over the hash before it, its place and the rest of the record; in hexadecimal digits.</param>
public sealed record AuditSeal(
    [property: JsonPropertyName("sequence")] long Sequence,
    [property: JsonPropertyName("hash")] string Hash);

[JsonSerializable(typeof(AuditRecord))]
internal sealed partial class AuditRecordJson : JsonSerializerContext
{
    /// <summary>Text as it is: no page of HTML has a line of an export in it.</summary>
    public static AuditRecordJson Readable { get; } = new(new JsonSerializerOptions
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        MaxDepth = Audit.AuditChain.MaxDepth,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
