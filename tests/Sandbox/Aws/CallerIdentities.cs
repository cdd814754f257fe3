using System.Collections.Concurrent;
using System.Text.Json.Nodes;

namespace Pao.Sandbox.Aws;

/// <summary>STS's GetCallerIdentity: who has signed the call.</summary>
internal sealed class CallerIdentities
{
    private readonly ConcurrentDictionary<string, (string Secret, string Arn)> _known = new(StringComparer.Ordinal);

    public void Add(string keyId, string secret, string arn) => _known[keyId] = (secret, arn);

    /// <summary>Answers a GET with this target, as sent.</summary>
    public (int Status, string Body) Answer(string target, Func<string, string> headerOf, DateTimeOffset now)
    {
        if (!target.Contains("Action=GetCallerIdentity&", StringComparison.Ordinal) || !target.Contains("Version=2011-06-15&", StringComparison.Ordinal))
            return Error("InvalidAction", 400);
        if (PresignedCheck.Check(target, headerOf, "sts", id => _known.TryGetValue(id, out var known) ? known.Secret : null, now) is var (error, keyId) && error is not null)
            return Error(error, 403);

        var arn = _known[keyId].Arn;
        return (200, new JsonObject
        {
            ["GetCallerIdentityResponse"] = new JsonObject
            {
                ["GetCallerIdentityResult"] = new JsonObject { ["Account"] = arn.Split(':')[4], ["Arn"] = arn, ["UserId"] = $"{keyId}:session" },
                ["ResponseMetadata"] = new JsonObject { ["RequestId"] = Guid.NewGuid().ToString() },
            },
        }.ToJsonString());
    }

    private static (int Status, string Body) Error(string code, int status) => (status, new JsonObject
    {
        ["Error"] = new JsonObject { ["Code"] = code, ["Message"] = code, ["Type"] = "Sender" },
        ["RequestId"] = Guid.NewGuid().ToString(),
    }.ToJsonString());
}
