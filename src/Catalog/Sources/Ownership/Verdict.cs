namespace Pao.Catalog.Sources.Ownership;

/// <summary>What of a revision is in force.</summary>
/// <param name="State">What the next judgement begins with.</param>
/// <param name="InForce">SHAs by path from the repository's root.</param>
internal sealed record Verdict(JudgedState State, IReadOnlyDictionary<string, string> InForce, IReadOnlyList<Finding> Findings);
