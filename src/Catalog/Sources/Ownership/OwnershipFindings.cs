namespace Pao.Catalog.Sources.Ownership;

/// <summary>What people are told about who may change what.</summary>
internal static class OwnershipFindings
{
    /// <summary>Of a file that is not in force as it is.</summary>
    public const string RefusedRule = "codeowners.refused";

    /// <param name="path">From the repository's root; a finding names files of the catalog's folder only, the message has the whole path.</param>
    /// <param name="line">0 for no place in the file.</param>
    public static Finding Of(Severity severity, string rule, string path, string prefix, int line, string message, string? suggestion) => new(
        severity, rule, message,
        path.StartsWith(prefix, StringComparison.Ordinal) ? path[prefix.Length..] : null,
        line, line > 0 ? 1 : 0, "", suggestion);

    public static Finding TooLarge(string file, string prefix) => Of(
        Severity.Error, "codeowners.size", file, prefix, 0, $"{file} is larger than 3 MiB: it is not read, and nothing is owned.", "shorten it");

    public static Finding Of(RefusedChange change, OwnershipMode mode, string prefix)
    {
        var line = change.Content is null ? 0 : 1;
        return mode is OwnershipMode.Report
            ? Of(Severity.Warning, "codeowners.reported", change.Path, prefix, line, $"{change.Message} It is in force all the same.", null)
            : Of(
                Severity.Error, RefusedRule, change.Path, prefix, line,
                $"{change.Message} {(change.InForce is null ? "It is not in force." : "The version before stays in force.")}",
                "let an owner approve or merge the change, or change the file");
    }

    public static string Message(Change change, PathOwners who, IReadOnlyList<string> unknown)
    {
        var what = (change.Before, change.Version.Content) switch
        {
            (null, _) => "added",
            (_, null) => change.MovedTo() is { } other ? $"moved to {other}" : "deleted",
            _ => "changed",
        };
        var by = change switch
        {
            { IsUnread: true } => "among more commits than are looked into at once",
            { Version.Commit: { } commit } => $"by {commit.Author} (commit {commit.Sha[..Math.Min(10, commit.Sha.Length)]}), who does not own it",
            _ => "by rewriting the branch's history, and no commit says by whom",
        };
        var names = who.AreAdministrators
            ? $"{who.Place} is owned by nobody, so only the repository's administrators may change it"
            : $"{who.Place} names {string.Join(", ", who.Names)}";
        var note = unknown.Count == 0 ? "" : $" (who is in {string.Join(", ", unknown)} could not be found out)";
        return $"{change.Path} was {what} {by}: {names}{note}.";
    }
}

/// <summary>A change of a path by somebody who does not own it.</summary>
/// <param name="InForce">What was in force before, by path.</param>
/// <param name="Now">What is there now, by path.</param>
/// <param name="IsUnread">Whether there are more commits since the last look than are looked into.</param>
internal sealed record Change(
    string Path, FileVersion Version, IReadOnlyDictionary<string, string> InForce, IReadOnlyDictionary<string, string> Now, bool IsUnread)
{
    public string? Before => InForce.GetValueOrDefault(Path);

    /// <returns>Another path, at which there is now what was here.</returns>
    public string? MovedTo() => Now
        .Where(other => other.Value == Before && !InForce.ContainsKey(other.Key))
        .Select(other => other.Key)
        .Order(StringComparer.Ordinal)
        .FirstOrDefault();
}
