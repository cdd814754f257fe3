using System.Text.Json;
using System.Text.Json.Serialization;

namespace Pao.Orchestrator.Requests;

/// <summary>Where a request stands. Stored, sent and asked for in snake_case.</summary>
[JsonConverter(typeof(RequestStatusConverter))]
public enum RequestStatus
{
    /// <summary>Durably accepted.</summary>
    Submitted,

    /// <summary>The orchestration has begun.</summary>
    Validating,

    /// <summary>Ready for its first action.</summary>
    Queued,

    /// <summary>Its actions are carried out.</summary>
    InProgress,

    /// <summary>Every action is done. Final.</summary>
    Completed,

    /// <summary>An action failed; a person decides.</summary>
    Failed,

    /// <summary>It failed, and a ticket asks others for help; a person decides.</summary>
    Escalated,

    /// <summary>A person gave it up. Final.</summary>
    Aborted,

    /// <summary>Its requester took it back before anything was done. Final.</summary>
    Cancelled,
}

public static class RequestStatuses
{
    public static string ToText(this RequestStatus status) => JsonNamingPolicy.SnakeCaseLower.ConvertName(status.ToString());

    public static bool IsFinal(this RequestStatus status) => !Transition.All.Any(transition => transition.From == status);

    /// <summary>The status of this name, or null when there is none.</summary>
    public static RequestStatus? Parse(string text)
    {
        foreach (var status in Enum.GetValues<RequestStatus>())
        {
            if (status.ToText() == text)
                return status;
        }

        return null;
    }
}

internal sealed class RequestStatusConverter()
    : JsonStringEnumConverter<RequestStatus>(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false);
