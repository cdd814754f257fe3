using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using Pao.Activities.Secrets.Access;

namespace Pao.Activities.Secrets;

/// <summary>The secrets of one call: resolved just before it, masked in whatever is kept of it.</summary>
internal sealed class SecretScope
{
    private readonly SecretStore _store;
    private readonly Redactor _redactor;
    private readonly SecretGrant _grant;
    private readonly IReadOnlyDictionary<string, string> _resolved;
    private readonly ConcurrentDictionary<string, bool> _masked;
    private readonly ConcurrentDictionary<string, bool> _revealed = new(StringComparer.Ordinal);

    public SecretScope(SecretStore store, Redactor redactor, SecretGrant grant, IReadOnlyDictionary<string, string> resolved)
        : this(store, redactor, grant, resolved, new ConcurrentDictionary<string, bool>(StringComparer.Ordinal))
    {
    }

    private SecretScope(
        SecretStore store, Redactor redactor, SecretGrant grant, IReadOnlyDictionary<string, string> resolved, ConcurrentDictionary<string, bool> masked) =>
        (_store, _redactor, _grant, _resolved, _masked) = (store, redactor, grant, resolved, masked);

    /// <summary>Whether a node is a reference to secrets in place of a text.</summary>
    public static bool IsReference(JsonNode? node) =>
        node is JsonObject { Count: 1 } reference && (reference.ContainsKey("$secret") || reference.ContainsKey("$concat"));

    /// <summary>
    /// The text of a prepared value. Text around a secret is encoded for its place already; <paramref name="encode"/>
    /// does the same for the secret in it, so that it cannot change the structure either.
    /// </summary>
    public string Text(JsonNode? node, string path, Func<string, string>? encode = null) => node switch
    {
        JsonValue value => value.GetValueKind() is JsonValueKind.String ? value.GetValue<string>() : value.ToJsonString(),
        JsonObject { Count: 1 } reference when reference["$secret"] is JsonValue name => Reveal(name.GetValue<string>()),
        JsonObject { Count: 1 } reference when reference["$concat"] is JsonArray parts => string.Concat(parts.Select(part =>
            IsReference(part) && encode is not null ? encode(Text(part, path)) : Text(part, path))),
        _ => throw ActionFailure.Invalid($"'{path}' must be a text, a number or true or false."),
    };

    /// <summary>The same structure with every reference replaced by its text.</summary>
    public JsonNode? Resolve(JsonNode? node, string path) => node switch
    {
        _ when IsReference(node) => Text(node, path),
        JsonObject members => new JsonObject(members.Select(member =>
            KeyValuePair.Create(member.Key, Resolve(member.Value, $"{path}.{member.Key}")))),
        JsonArray items => new JsonArray([.. items.Select((item, index) => Resolve(item, $"{path}[{index}]"))]),
        _ => node?.DeepClone(),
    };

    public string Reveal(string name)
    {
        var value = _resolved.GetValueOrDefault(name) ?? _store.Reveal(name);
        Protect(value);
        _revealed[name] = true;
        return value;
    }

    /// <summary>The same secrets for another request: where this one goes says nothing about where that one may.</summary>
    public SecretScope Apart() => new(_store, _redactor, _grant, _resolved, _masked);

    /// <summary>Asked of each request with its final address, before it is sent.</summary>
    /// <exception cref="ActionFailedException">A secret that was revealed for it may not go there.</exception>
    public void CheckTarget(Uri address)
    {
        foreach (var name in _revealed.Keys)
            if (_grant.WhyNotTo(name, address) is { } reason)
                throw ActionFailure.SecretRefused(reason);
    }

    /// <summary>Masks a text from here on, in each form in which another system may send it back.</summary>
    public void Protect(string value)
    {
        _redactor.Protect(value);
        foreach (var form in SecretForms.Of(value))
            _masked[form] = true;
    }

    public string Mask(string text) =>
        // The longest first: a secret may be a part of another.
        _redactor.Mask(_masked.Keys.OrderByDescending(value => value.Length)
            .Aggregate(text, (masked, value) => masked.Replace(value, SecretForms.Mark, StringComparison.Ordinal)));

    public JsonNode? Mask(JsonNode? node) => node switch
    {
        JsonObject members => new JsonObject(members
            .DistinctBy(member => Mask(member.Key))
            .Select(member => KeyValuePair.Create(Mask(member.Key), Mask(member.Value)))),
        JsonArray items => new JsonArray([.. items.Select(Mask)]),
        JsonValue value when value.GetValueKind() is JsonValueKind.String => Mask(value.GetValue<string>()),
        JsonValue value when _masked.ContainsKey(value.ToJsonString()) => SecretForms.Mark,
        _ => node?.DeepClone(),
    };
}
