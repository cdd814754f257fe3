using Pao.TaskHub.Tests.Harness;

namespace Pao.TaskHub.Tests.Conformance;

public sealed class PostgresHubTests : HubConformance
{
    protected override HubFixture Fixture { get; } = new PostgresFixture();
}
