using Pao.TaskHub.Tests.Harness;

namespace Pao.TaskHub.Tests.Conformance;

public sealed class SqliteHubTests : HubConformance
{
    private readonly SqliteFixture _fixture = new();

    protected override HubFixture Fixture => _fixture;

    [Fact]
    public void A_second_hub_on_the_same_folder_is_refused_by_name()
    {
        using var second = new Sqlite.SqliteHubStore(_fixture.Folder, "default", TimeProvider.System);

        var e = Assert.Throws<InvalidOperationException>(second.Initialize);

        Assert.Contains(_fixture.Folder, e.Message, StringComparison.Ordinal);
    }
}
