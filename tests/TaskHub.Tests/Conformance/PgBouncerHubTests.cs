using Pao.TaskHub.Tests.Harness;

namespace Pao.TaskHub.Tests.Conformance;

public sealed class PgBouncerHubTests : HubConformance
{
    protected override HubFixture Fixture { get; } = new PgBouncerFixture();
}
