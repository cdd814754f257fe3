using System.Collections.Concurrent;
using System.Text.Json.Nodes;

namespace Pao.Orchestrator.Tests.Fulfilment;

/// <summary>The activity of a platform team: a test says, call by call, what it answers.</summary>
internal sealed class CustomWorker
{
    public const string Activity = "ProvisionQueue";

    private readonly ConcurrentDictionary<string, Func<int, Task<JsonNode?>>> _answers = new();

    public ConcurrentQueue<JsonObject> Calls { get; } = new();

    /// <summary>Answers the calls of a request; the first has number 1.</summary>
    public void Answer(Guid request, Func<int, Task<JsonNode?>> answer) => _answers[request.ToString()] = answer;

    public IReadOnlyList<JsonObject> CallsOf(Guid request) => [.. Calls.Where(call => (string?)call["request_id"] == request.ToString())];

    public Task<JsonNode?> RunAsync(JsonObject envelope)
    {
        Calls.Enqueue(envelope);
        var request = (string?)envelope["request_id"] ?? throw new InvalidOperationException("The envelope names no request.");
        return _answers[request](CallsOf(Guid.Parse(request)).Count);
    }
}
