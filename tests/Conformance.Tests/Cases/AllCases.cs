namespace Pao.Conformance.Tests.Cases;

/// <summary>The table: every case runs with every SDK, on every store, over every transport.</summary>
public static class AllCases
{
    public static TheoryData<string> Names => [.. ByName.Keys];

    internal static IReadOnlyDictionary<string, Case> ByName { get; } =
        ((IEnumerable<Case>)[.. StepCases.All, .. ChildCases.All, .. WaitCases.All, .. FailureCases.All, .. InstanceCases.All])
        .ToDictionary(each => each.Name);
}
