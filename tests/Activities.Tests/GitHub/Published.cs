using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace Pao.Activities.Tests.GitHub;

/// <summary>What GitHub publishes: the description of its REST API, from the package <c>@octokit/openapi</c>.</summary>
internal static class Published
{
    private const string Package = "@octokit/openapi@23.0.2";
    private const string Sha512 = "pV8M7L9GY23AybNvTmo2nyjmpmnt6+2sRE/tqr0ZLQcPS4lnw7u5eZGNmwRNkBC3D7gZXbFx5AHzLUVRBXGDhg==";

    private static readonly NodeCheck Node = new("GitHub", FetchAsync);

    /// <summary>What the description of the API says of calls and their answers.</summary>
    public static Task<IReadOnlyList<JsonNode>> TrafficAsync(IEnumerable<JsonNode> exchanges) => Node.JudgeAsync("traffic", exchanges);

    /// <summary>The package has the descriptions of all GitHub's servers, 400 MB of them: one is taken out.</summary>
    private static async Task FetchAsync(NodeFolder node)
    {
        var folder = Path.Combine(node.Path, "node_modules", "@octokit", "openapi");
        if (File.Exists(Path.Combine(folder, "api.github.com.json")))
            return;

        Directory.CreateDirectory(folder);
        var packed = Path.Combine(folder, (await node.RunAsync("npm", ["pack", Package, "--silent", "--ignore-scripts", "--pack-destination", folder])).Trim());
        Assert.Equal(Sha512, Convert.ToBase64String(SHA512.HashData(await File.ReadAllBytesAsync(packed))));
        await node.RunAsync("tar", ["-xzf", packed, "-C", folder, "--strip-components=2", "package/generated/api.github.com.json"]);
        File.Delete(packed);
    }
}
