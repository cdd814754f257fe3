using System.Text.Json.Nodes;

namespace Pao.Orchestrator.Requests;

/// <summary>Failures as rows and answers have them.</summary>
internal static class FailureText
{
    public static JsonObject Of(string? actionId, string code, string message, int attempts) => actionId is null
        ? new() { ["code"] = code, ["message"] = message }
        : new() { ["action"] = actionId, ["attempts"] = attempts, ["code"] = code, ["message"] = message };

    /// <summary>What a request for a bundle stands at: each component's failure, with its name.</summary>
    public static JsonObject OfComponents(Stoppage stop, IEnumerable<(string Component, JsonObject Error)> failed) => new()
    {
        ["code"] = stop.Code,
        ["message"] = stop.Message,
        ["components"] = new JsonArray([.. failed.Select(one => Named(one.Component, one.Error))]),
    };

    private static JsonObject Named(string component, JsonObject error)
    {
        JsonObject named = new() { ["component"] = component };
        foreach (var (name, value) in error)
            named[name] = value?.DeepClone();
        return named;
    }
}
