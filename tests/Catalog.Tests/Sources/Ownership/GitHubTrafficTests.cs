using System.Text.Json.Nodes;
using Pao.Activities.Tests;
using Pao.Activities.Tests.GitHub;

namespace Pao.Catalog.Tests.Sources.Ownership;

/// <summary>What a catalog on GitHub asks is what GitHub describes.</summary>
public sealed class GitHubTrafficTests(SandboxProcess sandbox) : IClassFixture<SandboxProcess>
{
    private static readonly string[] Administrators = ["root"];

    /// <summary>Rules that whoever administers the repository may change.</summary>
    private static readonly string WithoutOwner = Owned.Rules.Replace("/CODEOWNERS @root", "", StringComparison.Ordinal);

    private static readonly string[] Operations =
    [
        "GET collaborators/*/permission", "GET commits/*/pulls", "GET commits/*/statuses", "GET compare/*", "GET git/blobs/*", "GET git/ref/heads/main",
        "GET git/trees/*", "GET orgs/acme/teams/dba/members", "GET pulls/*", "GET pulls/*/reviews", "POST statuses/*",
    ];

    [Fact]
    public async Task All_calls_are_as_GitHubs_description_has_them()
    {
        using var owned = await Owned.CreateAsync(sandbox, Origin.GitHub);
        await owned.Origin.WorkAsync("administrators", Administrators);
        var change = await owned.ProposeAsync("mallory", Owned.Database, "6.6.6");
        await owned.ReviewAsync(change, "dora");
        await owned.MergeAsync(change, "mallory");
        await owned.ChangeAsync("mallory", Owned.Topic, "6.6.6");
        foreach (var rules in new[] { WithoutOwner, Owned.Rules })
        {
            await owned.Origin.PushAsync("root", ("CODEOWNERS", rules));
            await owned.LoadAsync();
        }

        var traffic = (await owned.Origin.TrafficAsync()).Select(exchange => Below(owned.Origin, exchange)).ToList();
        var verdicts = await Published.TrafficAsync(traffic);

        Assert.All(traffic.Zip(verdicts), one => Assert.True(one.Second["error"] is null, $"{one.First.ToJsonString()}: {one.Second.ToJsonString()}"));
        Assert.Equal(Operations, traffic.Select(exchange => Operation(exchange, owned.Origin.Name)).Distinct().Order(StringComparer.Ordinal));
    }

    // The sandbox's answers have what is read of them, and not all that GitHub says.
    private static JsonObject Below(Origin origin, JsonObject exchange)
    {
        var below = (JsonObject)exchange.DeepClone();
        below["path"] = ((string)exchange["path"]!)[origin.Api.Length..];
        below["answer"] = "";
        return below;
    }

    private static string Operation(JsonObject exchange, string repository)
    {
        var path = ((string)exchange["path"]!).Replace($"/repos/{repository}/", "", StringComparison.Ordinal).TrimStart('/').Split('/');
        var shown = path.Select((part, index) => index > 0 && IsId(path[index - 1], part) ? "*" : part);
        return $"{(string?)exchange["method"]} {string.Join('/', shown)}";
    }

    private static bool IsId(string before, string part) =>
        before is "collaborators" or "commits" or "compare" or "blobs" or "trees" or "pulls" or "statuses" && part is not ("pulls" or "statuses");
}
