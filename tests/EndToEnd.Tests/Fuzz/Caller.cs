using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Pao.EndToEnd.Tests.Fuzz;

/// <summary>Makes calls, from those that the document describes to those that nobody should make.</summary>
/// <param name="random">Of one lane.</param>
/// <param name="key">The administrator's.</param>
/// <param name="ids">Of what is there, by the name of a parameter or of what the path begins with; each lane has its own.</param>
internal sealed partial class Caller(Random random, string key, IReadOnlyDictionary<string, List<string>> ids)
{
    private static readonly string[] Methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND", "get", "X"];

    private static readonly string[] Types =
    [
        "application/json", "application/json; charset=utf-16", "application/json;charset=nonsense", "text/plain", "application/xml", "application/yaml", "multipart/form-data; boundary=x",
        "application/x-www-form-urlencoded", "", "/", "application/problem+json", "*/*",
    ];

    private readonly Hostile _hostile = new(random);

    /// <param name="operation">Of the document.</param>
    /// <param name="isGood">Whether to do as the document says, as far as it says it.</param>
    public Call Make(Operation operation, bool isGood)
    {
        var method = isGood || random.Next(12) != 0 ? operation.Method : Methods[random.Next(Methods.Length)];
        List<(string Name, string Value)> headers = [];
        foreach (var header in operation.Parameters.Where(one => one.Place == "header" && random.Next(3) == 0))
            headers.Add((header.Name, HeaderText(isGood ? $"fuzz-{random.Next(10_000)}" : _hostile.Text())));
        Authorize(headers, isGood);
        if (!isGood)
            Disturb(headers);

        var body = operation.ContentTypes.Count > 0 || (!isGood && random.Next(15) == 0) ? Body(operation, headers, isGood) : [];
        if (operation.Path.Contains("/webhooks/", StringComparison.Ordinal) && (isGood || random.Next(2) == 0))
            headers.AddRange(WebhookSignature.Of(operation.Path, body));
        if (body.Length > 0 || method is "POST" or "PUT" or "PATCH")
            headers.Add(("Content-Length", $"{body.Length}"));
        return new Call(operation, method, Target(operation, isGood), headers, body);
    }

    /// <summary>A request that was accepted is one that later calls may be about.</summary>
    public void Learn(Operation operation, Answer? answer)
    {
        if (operation is not { Method: "POST", Path: "/api/v1/requests" } || answer is not { Status: 202 } || Id().Match(answer.Text) is not { Success: true } id)
            return;

        foreach (var kind in (string[])["requests", "orchestrations"])
            ids[kind][random.Next(ids[kind].Count / 2, ids[kind].Count)] = id.Value;
    }

    private string Target(Operation operation, bool isGood)
    {
        var path = Braces().Replace(operation.Path, match => Escaped(PathValue(match.Groups["name"].Value, operation, isGood), isGood));
        List<string> query = [];
        foreach (var parameter in operation.Parameters.Where(one => one.Place == "query" && random.Next(3) == 0))
            for (var copies = isGood || random.Next(10) != 0 ? 1 : 3; copies > 0; copies--)
                query.Add($"{parameter.Name}={Escaped(QueryValue(parameter, isGood), isGood)}");
        if (!isGood && random.Next(10) == 0)
            query.Add($"{Escaped(_hostile.Text(), isGood: false)}={Escaped(_hostile.Text(), isGood: false)}");
        var target = query.Count == 0 ? path : $"{path}?{string.Join('&', query)}";
        return Unspeakable().Replace(target, "%20");
    }

    private string PathValue(string name, Operation operation, bool isGood)
    {
        if (!isGood && random.Next(3) == 0)
            return _hostile.Text();
        var kind = name == "id" ? operation.Path.Split('/')[3] : name;
        return ids.TryGetValue(kind, out var known) && known.Count > 0 ? known[random.Next(known.Count)] : "some";
    }

    // Waiting is what a caller may ask for; it is asked for no longer than a call may take.
    private string QueryValue(Parameter parameter, bool isGood) => (parameter.Name, isGood || random.Next(3) == 0) switch
    {
        ("wait", _) => random.Next(2) == 0 ? "1s" : _hostile.Text() is var text && Waits().IsMatch(text) ? "999h" : text,
        (_, true) when parameter.Good.Count > 0 => parameter.Good[random.Next(parameter.Good.Count)],
        (_, true) => parameter.Type switch { "integer" => $"{random.Next(1, 201)}", "boolean" => "true", _ => "failed" },
        _ => _hostile.Text(),
    };

    private void Authorize(List<(string, string)> headers, bool isGood)
    {
        switch (isGood ? 9 : random.Next(20))
        {
            case 0:
                break;
            case 1:
                headers.Add(("Authorization", HeaderText(_hostile.Text())));
                break;
            case 2:
                headers.Add(("Authorization", $"Bearer {HeaderText(_hostile.Text())}"));
                break;
            case 3:
                headers.Add(("Authorization", $"AWS4-HMAC-SHA256 Credential={HeaderText(_hostile.Text())}/20260101/us-east-1/pao/aws4_request, SignedHeaders=host;x-amz-date, Signature={HeaderText(_hostile.Text())}"));
                headers.Add(("X-Amz-Date", HeaderText(random.Next(2) == 0 ? "20260101T000000Z" : _hostile.Text())));
                break;
            case 4:
                headers.Add(("Authorization", $"Bearer {key}"));
                headers.Add(("Authorization", $"Bearer {key}"));
                break;
            default:
                headers.Add(("Authorization", $"Bearer {key}"));
                break;
        }
    }

    private void Disturb(List<(string, string)> headers)
    {
        string[] names =
        [
            "Accept", "Accept-Encoding", "Accept-Language", "If-None-Match", "If-Modified-Since", "Range", "Idempotency-Key", "X-Correlation-Id", "traceparent", "tracestate", "baggage", "Last-Event-ID",
            "X-Forwarded-For", "X-Hub-Signature-256", "X-GitHub-Event", "X-GitHub-Delivery", "X-Gitlab-Token", "X-TFE-Notification-Signature", "Content-Encoding", "Cookie", "Origin", "X-Amz-Content-Sha256",
            "X-Amz-Security-Token", "Prefer", "Expect",
        ];
        for (var count = random.Next(4); count > 0; count--)
        {
            var name = names[random.Next(names.Length)];
            headers.Add((name, HeaderText(name is "Accept" && random.Next(2) == 0 ? "text/event-stream" : _hostile.Text())));
        }
    }

    private byte[] Body(Operation operation, List<(string, string)> headers, bool isGood)
    {
        var usual = operation.ContentTypes.Count > 0 ? operation.ContentTypes[0] : "application/json";
        headers.Add(("Content-Type", isGood || random.Next(6) != 0 ? usual : Types[random.Next(Types.Length)]));
        var example = operation.Examples.Count > 0 ? operation.Examples[random.Next(operation.Examples.Count)] : null;
        if (isGood)
            return Bytes(example ?? _hostile.Like(operation.Schema));
        return random.Next(12) switch
        {
            0 => [],
            1 => Encoding.UTF8.GetBytes(_hostile.Text()),
            2 => [.. Enumerable.Range(0, random.Next(1, 400)).Select(_ => (byte)random.Next(256))],
            3 => Bytes(example)[..random.Next(Bytes(example).Length + 1)],
            4 => Encoding.UTF8.GetBytes(new string('[', random.Next(1, 100_000))),
            5 => Encoding.UTF8.GetBytes($"{{\"a\": 1, \"a\": {new string(' ', random.Next(1000))}2}}"),
            6 when random.Next(10) == 0 => Encoding.UTF8.GetBytes($"\"{new string('x', random.Next(1 << 20, 3 << 20))}\""),
            6 or 7 or 8 => Bytes(_hostile.Like(operation.Schema)),
            _ => Bytes(_hostile.Changed(example ?? _hostile.Like(operation.Schema))),
        };
    }

    private static byte[] Bytes(JsonNode? node) => Encoding.UTF8.GetBytes(node?.ToJsonString() ?? "null");

    private string Escaped(string text, bool isGood) =>
        isGood || random.Next(4) != 0 ? Uri.EscapeDataString(string.Concat(text.EnumerateRunes().Select(rune => rune.ToString()))) : text;

    private static string HeaderText(string text) => LineEnds().Replace(text, " ");

    [GeneratedRegex(@"\{(?<name>\w+)\}")]
    private static partial Regex Braces();

    [GeneratedRegex("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")]
    private static partial Regex Id();

    [GeneratedRegex(@"[\s#]")]
    private static partial Regex Unspeakable();

    [GeneratedRegex(@"[\r\n]")]
    private static partial Regex LineEnds();

    [GeneratedRegex(@"^\+?\d+(s|m|$)")]
    private static partial Regex Waits();
}
