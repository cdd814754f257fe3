using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Pao.Catalog.Loading;
using MsOptions = Microsoft.Extensions.Options.Options;

namespace Pao.Catalog.Tests.Keeping;

/// <summary>Processes that load one source and keep what they load in one archive.</summary>
public abstract class KeepingTest : IDisposable
{
    protected const string Hello = "starter/hello.yaml";
    protected const string HelloId = "starter-hello-standard";
    protected const string Other = "starter/other.yaml";

    private readonly List<IDisposable> _owned = [];

    protected static CancellationToken Stop => TestContext.Current.CancellationToken;

    private protected FakeTimeProvider Clock { get; } = new(TestCatalog.Now);

    private protected TestSource Source { get; } = new();

    private protected TestArchive Archive { get; } = new();

    public void Dispose()
    {
        _owned.ForEach(owned => owned.Dispose());
        GC.SuppressFinalize(this);
    }

    /// <summary>Another process, or the same after a restart.</summary>
    private protected ServiceCatalog Start(TestSource? source = null, params string[] reservedActivities)
    {
        var options = TestCatalog.Options("catalog");
        options.ReservedActivities.UnionWith(reservedActivities);
        var catalog = new ServiceCatalog(
            source ?? Source, MsOptions.Create(options), Clock, NullLogger<ServiceCatalog>.Instance, Archive);
        _owned.Add(catalog);
        return catalog;
    }

    /// <summary>The same with what the host starts and stops.</summary>
    private protected (ServiceCatalog Catalog, CatalogLoader Loader) StartHosted()
    {
        var catalog = Start();
        var loader = new CatalogLoader(catalog, Source, MsOptions.Create(TestCatalog.Options("catalog")), Clock);
        _owned.Add(loader);
        return (catalog, loader);
    }

    private protected static async Task<CatalogLoad> LoadAsync(ServiceCatalog catalog) => await catalog.LoadAsync(Stop);

    /// <summary>Moves the clock on until it is so.</summary>
    private protected async Task EventuallyAsync(Func<bool> reached, TimeSpan step)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        for (var tries = 0; !reached(); tries++)
        {
            Assert.True(tries < 2000, "It did not come to be so.");
            Clock.Advance(step);
            await timer.WaitForNextTickAsync(Stop);
        }
    }

    protected static string Item(string version, string id = HelloId, string activity = "MakeQueue") => $$$"""
        kind: CatalogItem
        metadata:
          id: {{{id}}}
          name: Test
          description: A description that is long enough for everybody to know what they get.
          version: {{{version}}}
          category: starter
          owner: { team: platform, contact: platform@example.com }
        fulfillment:
          strategy: { mode: automatic }
          manual:
            actions:
              - type: jira-ticket
                config: { ticket: { project: PLAT, summaryTemplate: "{{ request.id }}" } }
          automatic:
            actions:
              - type: custom
                config: { activity: {{{activity}}} }
        """;
}
