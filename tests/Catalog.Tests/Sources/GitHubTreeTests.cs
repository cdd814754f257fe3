using Pao.Activities.Tests;

namespace Pao.Catalog.Tests.Sources;

/// <summary>Repositories that are too large to be listed at once.</summary>
public sealed class GitHubTreeTests(SandboxProcess sandbox) : IClassFixture<SandboxProcess>
{
    [Theory]
    [InlineData("", 30)]
    [InlineData("", 7)]
    [InlineData("services/catalog", 30)]
    [InlineData("services/catalog", 7)]
    public async Task A_tree_that_is_cut_is_read_folder_by_folder_as_far_as_it_is_needed(string folder, int limit)
    {
        using var origin = await Origin.CreateAsync(sandbox, Origin.GitHub);
        var prefix = folder.Length > 0 ? folder + "/" : "";
        var documents = Enumerable.Range(0, 12).Select(number => $"starter/s{number}.yaml").Concat(["deep/databases/d.yaml", "messaging/m.yaml"]).ToList();
        await origin.PushAsync("root", [
            .. documents.Select(path => ($"{prefix}{path}", (string?)OriginCatalog.Item($"{path.Split('/')[^2]}-{Path.GetFileNameWithoutExtension(path)}-standard"))),
            .. Enumerable.Range(0, 40).Select(number => ($"other/deep{number}/file.txt", (string?)"x")),
            (".github/CODEOWNERS", $"/{prefix}deep/databases/ @alice\n/.github/ @root\n")]);
        await origin.WorkAsync($"tree-limit?limit={limit}", new { });
        using var catalog = origin.Catalog(("Folder", folder));

        var snapshot = await catalog.LoadAsync();

        Assert.Equal(documents.Order(StringComparer.Ordinal), snapshot.Items.Values.Select(item => item.File).Order(StringComparer.Ordinal));
        Assert.Empty(snapshot.Findings);
        Assert.InRange((await origin.CallsAsync()).Count(call => call.Path.StartsWith("git/trees/", StringComparison.Ordinal)), 3, folder.Length > 0 ? 12 : 60);

        await origin.PushAsync("mallory", ($"{prefix}deep/databases/d.yaml", OriginCatalog.Item("databases-d-standard", "6.6.6")));
        Assert.Equal("codeowners.refused", Assert.Single((await catalog.LoadAsync()).Findings).Rule);
    }
}
