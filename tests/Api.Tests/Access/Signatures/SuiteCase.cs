using System.Text.Json;
using System.Text.Json.Nodes;
using Pao.Api.Access.Signatures;

namespace Pao.Api.Tests.Access.Signatures;

/// <summary>One case of AWS's own test suite for Signature Version 4, whose raw HTTP is read as a server would.</summary>
internal sealed record SuiteCase(string Name, JsonObject Files)
{
    private static readonly Dictionary<string, SuiteCase> Known = Read();

    public static IReadOnlyCollection<string> Names => Known.Keys;

    public static SuiteCase Of(string name) => Known[name];

    private JsonNode Context => JsonNode.Parse((string?)Files["context.json"] ?? "") ?? throw new JsonException(Name);

    public DateTimeOffset Time => (DateTimeOffset?)Context["timestamp"] ?? throw new JsonException(Name);

    public KeyPair Pair
    {
        get
        {
            var credentials = Context["credentials"];
            return new KeyPair((string?)credentials?["access_key_id"] ?? "", (string?)credentials?["secret_access_key"] ?? "", "suite")
            {
                SessionToken = (string?)credentials?["token"],
            };
        }
    }

    /// <param name="form">header or query.</param>
    public SentCall Signed(string form) => SentCall.Parse((string?)Files[$"{form}-signed-request.txt"] ?? throw new JsonException(Name));

    private static Dictionary<string, SuiteCase> Read()
    {
        using var file = typeof(SuiteCase).Assembly.GetManifestResourceStream("sigv4-suite.json") ?? throw new InvalidOperationException();
        return (JsonNode.Parse(file) as JsonObject ?? [])
            .ToDictionary(entry => entry.Key, entry => new SuiteCase(entry.Key, (JsonObject)(entry.Value ?? throw new JsonException(entry.Key)).DeepClone()));
    }
}
