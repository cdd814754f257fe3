using Pao.Api.Access.Signatures;

namespace Pao.Api.Tests.Access.Signatures;

/// <summary>Every signed part of a call, changed in every kind of way. None of the results means what was signed.</summary>
internal static class Manipulations
{
    public static IEnumerable<(string What, SentCall Call)> Of(SentCall call, string form) =>
        Parts(call).Concat(form == "header" ? InHeader(call) : InQuery(call)).Where(change => !change.Call.IsAs(call));

    private static IEnumerable<(string What, SentCall Call)> Parts(SentCall call)
    {
        foreach (var method in (string[])["PUT", "DELETE", "HEAD", call.Method.ToLowerInvariant()])
            yield return ($"method {method}", call with { Method = method });

        yield return ("body", call with { Body = $"{call.Body}x" });
        yield return ("body of white space", call with { Body = $"{call.Body} " });

        var (path, query) = Split(call.Target);
        foreach (var other in (string[])[$"{path}x", $"{path}/x", $"/x{path}", $"{path}%20", $"{path};a", $"{path}%2541"])
            yield return ($"path {other}", call with { Target = Join(other, query) });

        foreach (var more in (string[])["a=b", "a", "Param1=evil", "a=%2526", "x-amz-a=b", "X-Amz-Date=20150830T123601Z", "%58-Amz-Expires=9"])
        {
            yield return ($"query + {more}", call with { Target = Join(path, Append(query, more)) });
            yield return ($"query, first {more}", call with { Target = Join(path, query.Length == 0 ? more : $"{more}&{query}") });
        }

        foreach (var parameter in query.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            yield return ($"twice {parameter}", call with { Target = Join(path, Append(query, parameter)) });
            yield return ($"without {parameter}", call with { Target = Join(path, string.Join('&', query.Split('&').Where(other => other != parameter))) });
            yield return ($"longer {parameter}", call with { Target = Join(path, query.Replace(parameter, $"{parameter}x", StringComparison.Ordinal)) });
            if (!parameter.Contains('=', StringComparison.Ordinal))
                continue;
            yield return ($"encoded twice {parameter}", call with { Target = Join(path, query.Replace(parameter, $"{parameter}%2541", StringComparison.Ordinal)) });
            yield return ($"other case {parameter}", call with { Target = Join(path, query.Replace(parameter, OtherCase(parameter), StringComparison.Ordinal)) });
        }

        yield return ("host", call.Replace("Host", host => $"evil.{host}"));
        yield return ("no host", call.Without("Host"));
        yield return ("second host", call with { Headers = [.. call.Headers, ("Host", "evil.example.com")] });
        foreach (var (name, value) in call.Headers.Where(header => header.Name is not ("Authorization" or "Content-Length") && IsSigned(call, header.Name)).ToArray())
        {
            yield return ($"header {name}", call.Replace(name, _ => $"{value}x"));
            yield return ($"header {name} gone", call.Without(name));
            yield return ($"header {name} twice", call with { Headers = [.. call.Headers, (name, "x")] });
            yield return ($"header {name} split", call.Replace(name, _ => value.Insert(value.Length / 2, ",")));
        }

        yield return ("a key of idempotency that is not signed", call.With("Idempotency-Key", "k"));
        yield return ("another method in a header", call.With("X-HTTP-Method-Override", "DELETE"));
        yield return ("an AWS header that is not signed", call.With("X-Amz-Target", "x"));
        foreach (var mode in (string[])[SignatureNames.UnsignedPayload, "STREAMING-AWS4-HMAC-SHA256-PAYLOAD", "", "0", new string('a', 64), new string('A', 64)])
            yield return ($"payload {mode}", call.With(SignatureNames.Payload, mode));
        yield return ("a session", call.With(SignatureNames.SessionToken, "another"));
    }

    private static IEnumerable<(string What, SentCall Call)> InHeader(SentCall call)
    {
        foreach (var (what, change) in Texts())
            yield return ($"authorization: {what}", call.Replace("Authorization", change));
        yield return ("no authorization", call.Without("Authorization"));
        yield return ("two authorizations", call with { Headers = [.. call.Headers, ("Authorization", "Bearer x")] });
        foreach (var date in (string[])["20150830T123601Z", "20150830T123559Z", "20150829T123600Z", "20150831T123600Z", "20150830", "Sun, 30 Aug 2015 12:36:00 GMT", "20150830T123600"])
            yield return ($"date {date}", call.Replace("X-Amz-Date", _ => date));
        yield return ("no date", call.Without("X-Amz-Date"));
        yield return ("a date in Date", call.Without("X-Amz-Date").With("Date", "20150830T123600Z"));
        yield return ("two places", call with { Target = Join(Split(call.Target).Path, Append(Split(call.Target).Query, "X-Amz-Signature=00")) });
    }

    private static IEnumerable<(string What, SentCall Call)> InQuery(SentCall call)
    {
        foreach (var (what, change) in Texts())
            yield return ($"query: {what}", call with { Target = change(call.Target) });
        foreach (var (from, to) in new[] { ("Expires=3600", "Expires=3601"), ("Expires=3600", "Expires=0"), ("Expires=3600", "Expires=-1"), ("Expires=3600", "Expires=604801"), ("Expires=3600", "Expires="), ("&X-Amz-Expires=3600", ""), ("X-Amz-Signature", "x-amz-signature"), ("X-Amz-Algorithm", "x-amz-algorithm"), ("123600Z", "123601Z"), ("20150830T", "20150829T") })
            yield return ($"{from} -> {to}", call with { Target = call.Target.Replace(from, to, StringComparison.Ordinal) });
        yield return ("two places", call.With("Authorization", "AWS4-HMAC-SHA256 Credential=a/20150830/us-east-1/service/aws4_request, SignedHeaders=host, Signature=00"));
        yield return ("a bearer beside", call.With("Authorization", "Bearer x"));
        yield return ("a date beside", call.With("X-Amz-Date", "20150830T123600Z"));
    }

    /// <summary>Changes to the parts that both forms write alike.</summary>
    private static IEnumerable<(string What, Func<string, string> Change)> Texts()
    {
        foreach (var (from, to) in new[]
        {
            ("AWS4-HMAC-SHA256", "AWS4-HMAC-SHA1"), ("AWS4-HMAC-SHA256", "AWS4-ECDSA-P256-SHA256"), ("AWS4-HMAC-SHA256", "aws4-hmac-sha256"), ("AWS4-HMAC-SHA256", ""),
            ("AKIDEXAMPLE", "AKIDEXAMPLF"), ("AKIDEXAMPLE", "akidexample"), ("AKIDEXAMPLE", ""),
            ("us-east-1", "us-west-2"), ("us-east-1", "US-EAST-1"), ("us-east-1", ""), ("aws4_request", "aws4_requesT"), ("aws4_request", "aws4"),
            ("20150830/", "20150829/"), ("20150830/", "20150831/"), ("20150830/", "2015083/"), ("20150830%2F", "20150829%2F"), ("/service/", "/servicf/"), ("%2Fservice%2F", "%2Fs3%2F"),
            ("SignedHeaders=host;", "SignedHeaders="), ("SignedHeaders=host", "SignedHeaders=Host"), ("SignedHeaders=host", "SignedHeaders=host;host"), ("SignedHeaders=host", "SignedHeaders=accept;host"), ("SignedHeaders=host", "SignedHeaders="),
        })
            yield return ($"{from} -> {to}", text => text.Replace(from, to, StringComparison.Ordinal));
        foreach (var i in (int[])[0, 31, 63])
            yield return ($"digit {i}", text => ChangeSignature(text, i));
        yield return ("short", text => text[..^1]);
        yield return ("long", text => $"{text}0");
        yield return ("upper case", text => Signature(text) is var at ? text[..at] + text[at..].ToUpperInvariant() : text);
    }

    private static string ChangeSignature(string text, int digit)
    {
        var at = Signature(text) + digit;
        return string.Concat(text.AsSpan(0, at), text[at] == '0' ? "1" : "0", text.AsSpan(at + 1));
    }

    private static int Signature(string text) => text.LastIndexOf("Signature=", StringComparison.Ordinal) + "Signature=".Length;

    private static bool IsSigned(SentCall call, string header) =>
        $"{call.Authorization}{Uri.UnescapeDataString(call.Target)}" is var text
        && text[text.IndexOf("SignedHeaders=", StringComparison.Ordinal)..].Split(',', '&')[0]["SignedHeaders=".Length..]
            .Split(';').Contains(header, StringComparer.OrdinalIgnoreCase);

    private static string OtherCase(string text) => string.Concat(text.Select(c => char.IsAsciiLetterUpper(c) ? char.ToLowerInvariant(c) : char.ToUpperInvariant(c)));

    private static string Append(string query, string parameter) => query.Length == 0 ? parameter : $"{query}&{parameter}";

    private static (string Path, string Query) Split(string target) =>
        target.IndexOf('?', StringComparison.Ordinal) is >= 0 and var at ? (target[..at], target[(at + 1)..]) : (target, "");

    private static string Join(string path, string query) => query.Length == 0 ? path : $"{path}?{query}";
}
