using Pao.Catalog.Authoring;

namespace Pao.Orchestrator.Tests.Fulfilment;

public sealed class ReservedNamesTests
{
    /// <summary>A check of a folder runs without the service, and has to know its names: add a new one to the list, too.</summary>
    [Fact]
    public void A_check_without_the_service_knows_the_names_of_its_orchestrations_and_activities() =>
        Assert.Equal(OrchestratorServiceCollectionExtensions.FulfilmentNames.Order(), FolderCheck.ReservedActivities.Order());
}
