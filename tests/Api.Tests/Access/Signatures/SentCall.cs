using System.Security.Cryptography;
using System.Text;
using Pao.Api.Access.Signatures;

namespace Pao.Api.Tests.Access.Signatures;

/// <summary>An HTTP/1.1 call as bytes on the wire have it.</summary>
internal sealed record SentCall(string Method, string Target, IReadOnlyList<(string Name, string Value)> Headers, string Body)
{
    public static SentCall Parse(string text)
    {
        var split = text.IndexOf("\n\n", StringComparison.Ordinal);
        var (head, body) = split < 0 ? (text, "") : (text[..split], text[(split + 2)..]);
        var lines = head.Split('\n');
        List<(string Name, string Value)> headers = [];
        foreach (var line in lines.Skip(1).Where(line => line.Length > 0))
        {
            if (line[0] is ' ') // a value that goes on
                headers[^1] = (headers[^1].Name, $"{headers[^1].Value}\n{line}");
            else
                headers.Add((line[..line.IndexOf(':', StringComparison.Ordinal)], line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..]));
        }

        var (first, last) = (lines[0].IndexOf(' ', StringComparison.Ordinal), lines[0].LastIndexOf(' '));
        return new SentCall(lines[0][..first], lines[0][(first + 1)..last], headers, body);
    }

    public string? Authorization => Headers.Where(header => Is(header.Name, "Authorization")).Select(header => header.Value).ToArray() is [var only] ? only : null;

    public bool IsAs(SentCall other) => this with { Headers = other.Headers } == other && Headers.SequenceEqual(other.Headers);

    public SentCall With(string header, string value) => this with { Headers = [.. Without(header).Headers, (header, value)] };

    public SentCall Without(string header) => this with { Headers = [.. Headers.Where(present => !Is(present.Name, header))] };

    public SentCall Replace(string header, Func<string, string> change) =>
        this with { Headers = [.. Headers.Select(present => Is(present.Name, header) ? (present.Name, change(present.Value)) : present)] };

    public Task<SignatureVerdict> VerifyAsync(SignatureVerifier verifier)
    {
        var split = Target.IndexOf('?', StringComparison.Ordinal);
        var (path, query) = split < 0 ? (Target, "") : (Target[..split], Target[(split + 1)..]);
        return SignedQuery.Parse(query) is { } parameters
            ? verifier.VerifyAsync(
                new SignedCall(
                    Method, path, parameters,
                    Headers.GroupBy(header => header.Name, StringComparer.OrdinalIgnoreCase).ToDictionary(
                        header => header.Key, header => header.Select(value => value.Value).ToArray(), StringComparer.OrdinalIgnoreCase)),
                Authorization,
                _ => Task.FromResult(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Body)))),
                TestContext.Current.CancellationToken)
            : Task.FromResult<SignatureVerdict>(new SignatureVerdict.Refused(SignatureFault.Malformed));
    }

    private static bool Is(string name, string expected) => string.Equals(name, expected, StringComparison.OrdinalIgnoreCase);
}
