using Xunit.Sdk;
using Xunit.v3;

[assembly: TestCollectionOrderer(typeof(Pao.EndToEnd.Tests.LongestFirst))]

namespace Pao.EndToEnd.Tests;

/// <summary>
/// The classes that take minutes begin first, so that none of them is left to run alone when all else is done. They are named at
/// both ends: the runner puts all on one thread's stack of work, of which that thread takes the top and the others the bottom.
/// </summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    private static readonly string[] Long =
    [
        nameof(EffectsCrashPointTests), nameof(BundleCrashPointTests), nameof(KillTests), nameof(ProcessKillerTests), nameof(Effects.EffectOnceTests),
        nameof(RoleTests), nameof(TicketTests), nameof(WorkflowTests), nameof(TerraformTests), nameof(RollingUpdateTests), nameof(MainRoadTests),
        nameof(TroubledTargetTests), nameof(MachineFaultTests), nameof(StopTests),
    ];

    public IReadOnlyCollection<TTestCollection> OrderTestCollections<TTestCollection>(IReadOnlyCollection<TTestCollection> testCollections)
        where TTestCollection : ITestCollection
    {
        var ordered = testCollections.OrderBy(collection => Place(collection)).Index().ToLookup(one => one.Index % 2 == 0, one => one.Item);
        return [.. ordered[true], .. ordered[false].Reverse()];
    }

    private static int Place(ITestCollection collection)
    {
        var place = Array.FindIndex(Long, name => collection.TestCollectionDisplayName.Contains($".{name} ", StringComparison.Ordinal));
        return place < 0 ? Long.Length : place;
    }
}
