using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Pao.Sandbox.Ledgers;

namespace Pao.Sandbox.Resources;

/// <summary>The resources that were made.</summary>
internal sealed class ResourceShelf
{
    private readonly ConcurrentDictionary<(string Kind, string Id), JsonObject> _resources = new();

    public Answer Create(HttpRequest request, string kind, JsonObject? wanted)
    {
        if (wanted is null)
            return Answer.Error(400, "the body must be a JSON object");

        var id = $"{kind}-{Guid.NewGuid():n}";
        var resource = new JsonObject
        {
            ["id"] = id,
            ["kind"] = kind,
            ["name"] = wanted["name"]?.ToString() ?? id,
            ["status"] = "ready",
            ["url"] = $"{request.Scheme}://{request.Host}/resources/{kind}/{id}",
        };
        _resources[(kind, id)] = resource;
        return new Answer(201, resource);
    }

    public Answer FindByName(string kind, string name) =>
        _resources.Values.FirstOrDefault(one => (string?)one["kind"] == kind && (string?)one["name"] == name) is { } resource
            ? new Answer(200, resource)
            : Answer.Error(404, $"there is no {kind} with the name {name}");

    public Answer Find(string kind, string id) =>
        _resources.TryGetValue((kind, id), out var resource)
            ? new Answer(200, resource)
            : Answer.Error(404, $"there is no {kind} with the id {id}");
}
