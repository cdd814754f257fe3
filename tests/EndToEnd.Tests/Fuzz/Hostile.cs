using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace Pao.EndToEnd.Tests.Fuzz;

/// <summary>Values that callers should not send, and some that they may.</summary>
internal sealed class Hostile(Random random)
{
    private static readonly string[] Texts =
    [
        "", " ", "0", "-1", "null", "true", "NaN", "1e999", "-0", "9223372036854775808", "99999999999999999999999999", "0x10", "١٢", "1,5", "30s", "-1s", "999999h", "P1D",
        "'", "\"", "' or 1=1 --", "\\", "%", "%%", "%zz", "%00", "%2e%2e%2f", "..", "../../etc/passwd", "/", "//", ".", "*", "{", "}", "{id}", "{{ env.PATH }}", "{% for i in (1..9) %}",
        "${jndi:ldap://x}", "<script>", "\u0000", "\u0001", "\t", "\u007f", "\u0085", "\u2028", "\u202e", "\ufeff", "\ufffd", "é", "e\u0301", "ß", "İ", "😀", "名前",
        "00000000-0000-0000-0000-000000000000", "zzzzzzzz-zzzz-zzzz-zzzz-zzzzzzzzzzzz", "2026-13-45T99:99:99Z", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59.9999999Z", "2026-01-01",
        "bm90IGpzb24=", "e30=", "eyJhIjoxfQ==", "eyJjcmVhdGVkX2F0IjpudWxsLCJpZCI6W119", "WzFd", "data:text/plain;base64,QQ==", "data:;base64,@@@", "completed", "failed", "in_progress", "COMPLETED",
    ];

    public string Text() => random.Next(12) switch
    {
        0 => new string((char)random.Next(1, 0x250), random.Next(1, 3000)),
        1 => string.Concat(Enumerable.Range(0, random.Next(1, 40)).Select(_ => (char)random.Next(1, 0xd7ff))),
        2 => string.Concat(Texts[random.Next(Texts.Length)], Texts[random.Next(Texts.Length)]),
        3 => random.NextInt64(long.MinValue, long.MaxValue).ToString(CultureInfo.InvariantCulture),
        4 => Convert.ToBase64String(Encoding.UTF8.GetBytes(Json(2)?.ToJsonString() ?? "null")),
        _ => Texts[random.Next(Texts.Length)],
    };

    public JsonNode? Json(int depth) => random.Next(depth > 0 ? 11 : 8) switch
    {
        0 => null,
        1 => random.Next(2) == 0,
        2 => random.NextInt64(long.MinValue, long.MaxValue),
        3 => random.Next(-2, 300),
        4 => random.NextDouble() * 1e300,
        5 => JsonNode.Parse("1e400"),
        8 or 9 => new JsonObject(Enumerable.Range(0, random.Next(0, 5)).Select(i => KeyValuePair.Create($"{Text()}{i}", Json(depth - 1)))),
        10 => new JsonArray([.. Enumerable.Range(0, random.Next(0, 6)).Select(_ => Json(depth - 1))]),
        _ => Text(),
    };

    /// <summary>The document with some of its places changed, removed or added to.</summary>
    public JsonNode? Changed(JsonNode? node)
    {
        var copy = node?.DeepClone();
        for (var changes = random.Next(1, 4); changes > 0; changes--)
            copy = ChangedOnce(copy);
        return copy;
    }

    private JsonNode? ChangedOnce(JsonNode? node)
    {
        if (random.Next(4) == 0 || node is JsonValue or null || node is JsonObject { Count: 0 } || node is JsonArray { Count: 0 })
            return random.Next(3) == 0 && node is JsonObject map ? With(map) : Json(3);
        if (node is JsonArray list)
        {
            var at = random.Next(list.Count);
            var old = list[at];
            list[at] = null;
            list[at] = ChangedOnce(old);
            return list;
        }

        var some = node.AsObject();
        var name = some.ElementAt(random.Next(some.Count)).Key;
        var member = some[name];
        some.Remove(name);
        if (random.Next(4) != 0)
            some[name] = ChangedOnce(member);
        return some;
    }

    private JsonObject With(JsonObject map)
    {
        map[Text()] = Json(3);
        return map;
    }

    /// <summary>A document that the schema describes, more or less.</summary>
    public JsonNode? Like(JsonNode? schema, int depth = 5)
    {
        if (schema is not JsonObject || depth == 0)
            return Json(2);
        if (schema["example"] is { } example && random.Next(2) == 0)
            return example.DeepClone();
        if (schema["enum"] is JsonArray { Count: > 0 } choices)
            return choices[random.Next(choices.Count)]?.DeepClone();
        foreach (var kind in (string[])["oneOf", "anyOf", "allOf"])
            if (schema[kind] is JsonArray { Count: > 0 } some)
                return Like(some[random.Next(some.Count)], depth - 1);
        return (string?)schema["type"] switch
        {
            "object" => new JsonObject((schema["properties"]?.AsObject() ?? []).Where(_ => random.Next(5) != 0)
                .Select(one => KeyValuePair.Create(one.Key, Like(one.Value, depth - 1)))),
            "array" => new JsonArray([.. Enumerable.Range(0, random.Next(4)).Select(_ => Like(schema["items"], depth - 1))]),
            "boolean" => random.Next(2) == 0,
            "integer" => random.Next(-1, 10),
            "number" => random.NextDouble(),
            _ => random.Next(3) == 0 ? Text() : "web-1",
        };
    }
}
