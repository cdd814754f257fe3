using Microsoft.Extensions.Time.Testing;
using Pao.Catalog.Authoring;

namespace Pao.Catalog.Tests.Authoring;

/// <summary>A folder without a service is judged as by one.</summary>
public sealed class FolderCheckTests
{
    [Theory]
    [InlineData("../tests/Catalog.Tests/Invalid")]
    [InlineData(".")]
    public async Task The_findings_are_those_of_a_service_that_starts_with_the_folder(string folder)
    {
        Environment.SetEnvironmentVariable("SANDBOX_URL", "http://127.0.0.1:8090");
        var options = TestCatalog.Options(Path.Combine(TestCatalog.SampleFolder, folder), "SANDBOX_URL");
        options.ReservedActivities.UnionWith(FolderCheck.ReservedActivities);
        using var catalog = TestCatalog.Of(options);
        var loaded = await catalog.RefreshAsync(TestContext.Current.CancellationToken);

        var found = await new FolderCheck(new FakeTimeProvider(TestCatalog.Now))
            .CheckAsync(options.Folder, ["SANDBOX_URL"], TestContext.Current.CancellationToken);

        Assert.Equal(folder is ".", found.Snapshot.Findings.Count is 0);
        Assert.Equal(loaded.Findings, found.Snapshot.Findings);
        Assert.Equal(loaded.Version, found.Snapshot.Version);
        Assert.InRange(found.Documents, loaded.Entries.Count(), 1_000);
    }

    [Fact]
    public async Task A_folder_that_is_not_there_can_not_be_read() => await Assert.ThrowsAsync<IOException>(
        () => new FolderCheck(TimeProvider.System).CheckAsync("/nowhere/at/all", null, TestContext.Current.CancellationToken));
}
