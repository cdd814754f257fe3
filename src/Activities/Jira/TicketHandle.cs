using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Pao.Activities.Jira;

/// <summary>Where a ticket is found again: by its id, because one that is moved to another project gets another key.</summary>
/// <remarks>The outputs of a ticket's action are read as one, too: they have its id and its key.</remarks>
internal sealed record TicketHandle(string Id, string Key)
{
    private static readonly JsonSerializerOptions Json = JsonSerializerOptions.Web;

    /// <summary>The name of its JIRA; null: the one that the action names.</summary>
    public string? Instance { get; init; }

    /// <summary>Keys of the tickets that it still has to be linked with, as blocked by them.</summary>
    public IReadOnlyList<string> ToLink { get; init; } = [];

    /// <summary>Its path below the API.</summary>
    [JsonIgnore]
    public string Path => $"issue/{Uri.EscapeDataString(Id)}";

    public static TicketHandle Read(JsonObject handle) =>
        handle.Deserialize<TicketHandle>(Json) is { Id: not null, Key: not null } ticket
            ? ticket
            : throw new InvalidOperationException("The handle is of no ticket.");

    public JsonObject ToJson() => (JsonObject)JsonSerializer.SerializeToNode(this, Json)!;
}
