namespace Pao.Catalog.Sources.Ownership;

/// <summary>The CODEOWNERS in force, applied to the paths of a catalog.</summary>
/// <param name="owners">null when the repository has none, or one that is not read.</param>
/// <param name="places">Where CODEOWNERS can be.</param>
internal sealed class OwnershipRules(CodeOwners? owners, IReadOnlyList<string> places)
{
    /// <summary>Whether nothing is owned.</summary>
    public bool AreAbsent => owners is null;

    /// <returns>null when anybody may change the path.</returns>
    public PathOwners? OwnersOf(string path)
    {
        if (owners is null)
        {
            return null;
        }

        if (owners.RuleOf(path) is { Owners.Count: > 0 } rule)
        {
            return new PathOwners(rule.Owners, $"{owners.File}:{rule.Line}");
        }

        // A CODEOWNERS that nobody owns, or another one that would come before it, would hand everything to whoever may push.
        return places.Contains(path)
            ? path == owners.File ? new PathOwners([], owners.File) : OwnersOf(owners.File)
            : null;
    }

    /// <summary>What its authors should know of it.</summary>
    /// <param name="prefix">The catalog's folder with a slash, or empty.</param>
    public IEnumerable<Finding> Findings(string prefix)
    {
        if (owners is null)
        {
            yield break;
        }

        foreach (var mistake in owners.Mistakes)
        {
            yield return OwnershipFindings.Of(
                Severity.Warning, "codeowners.syntax", owners.File, prefix, mistake.Line, $"{owners.File}:{mistake.Line}: {mistake.Message} The line does not count.", null);
        }

        if (OwnersOf(owners.File) is { AreAdministrators: true })
        {
            yield return OwnershipFindings.Of(
                Severity.Warning, "codeowners.unowned", owners.File, prefix, 0,
                $"Nobody owns {owners.File}: of changes to it, only those by the repository's administrators count.",
                $"add a line: /{owners.File} @…");
        }
    }
}
