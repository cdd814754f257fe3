using System.Text.Json;
using System.Text.Json.Nodes;
using Pao.Api.Problems;

namespace Pao.Api.Authoring;

/// <summary>Reads the members of a JSON body one by one, so that every mistake is named at once.</summary>
internal sealed class MemberReader(JsonObject body)
{
    private readonly Dictionary<string, string[]> _errors = [];
    private readonly List<string> _known = [];

    public ProblemResult? Refusal => _errors.Count == 0
        ? null
        : new(Problem.BodyInvalid, "Each error names its place in the body.", _errors);

    public string? Text(string name)
    {
        _known.Add(name);
        switch (body[name])
        {
            case null:
                return null;
            case JsonValue value when value.GetValueKind() is JsonValueKind.String:
                return value.GetValue<string>();
            default:
                Refuse(name, "Must be text.");
                return null;
        }
    }

    public JsonObject Values(string name)
    {
        _known.Add(name);
        if (body[name] is not (null or JsonObject))
            Refuse(name, "Must be an object.");
        return body[name] as JsonObject ?? [];
    }

    /// <summary>A document is either sent, or named as one of the catalog.</summary>
    public void RequireOne(string one, string other)
    {
        if (body[one] is null == body[other] is null && _errors.Count == 0)
            Refuse(one, $"Either this or {other} must be given, and not both.");
    }

    /// <summary>Refuses what nobody asked for.</summary>
    public void Done()
    {
        foreach (var name in body.Select(member => member.Key).Except(_known))
            Refuse(name, $"Is not known; there are {string.Join(", ", _known)}.");
    }

    private void Refuse(string name, string message) =>
        _errors[$"/{name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal)}"] = [message];
}
