using Pao.Catalog.Sources.Git;

namespace Pao.Catalog.Sources.Ownership;

/// <summary>
/// Judges what has changed since the revision that was judged last, by the CODEOWNERS that was in force there: a push that
/// changes the rules does not profit from them itself. Without such a revision, what is there is taken as it is.
/// </summary>
/// <param name="prefix">The catalog's folder with a slash, or empty.</param>
internal sealed class OwnershipJudge(IGitHost host, OwnershipMode mode, string prefix, TimeProvider clock)
{
    private readonly Owners _owners = new(host, clock);
    private readonly CodeOwnersFiles _files = new(host);

    public OwnershipMode Mode => mode;

    /// <param name="last">What was judged last; null when nothing was.</param>
    /// <param name="before">What the revision that was judged last holds, by path; null when the host does not know it any more.</param>
    /// <param name="now">What is at <paramref name="head"/>, by path.</param>
    public async Task<Verdict> JudgeAsync(
        JudgedState? last,
        IReadOnlyDictionary<string, string>? before,
        string head,
        IReadOnlyDictionary<string, string> now,
        CancellationToken cancellationToken)
    {
        if (mode is OwnershipMode.Off)
        {
            return new Verdict(new JudgedState(host.Name, mode, head, []), now, []);
        }

        var findings = new List<Finding>();
        IReadOnlyList<RefusedChange> refused = [];
        if (last is not null && before is null)
        {
            findings.Add(OwnershipFindings.Of(
                Severity.Warning, "codeowners.lost", "", prefix, 0,
                $"{host.Name} does not know commit {last.Revision} any more, which was judged last: all that is there now counts as changed by its owners.", null));
        }
        else if (last is not null && before is not null)
        {
            refused = await RefusedAsync(last, before, head, now, cancellationToken);
        }

        var inForce = With(refused, now);
        var (rules, mistake) = await _files.ReadAsync(inForce, prefix, cancellationToken);
        findings.AddRange(rules.Findings(prefix));
        findings.AddRange(mistake is null ? [] : [mistake]);
        findings.AddRange(refused.Select(change => OwnershipFindings.Of(change, mode, prefix)));
        return new Verdict(new JudgedState(host.Name, mode, head, refused), mode is OwnershipMode.Enforce ? inForce : now, findings);
    }

    /// <summary>A tree with the versions that are in force in place of refused ones, or would be if they were refused.</summary>
    private static Dictionary<string, string> With(IReadOnlyList<RefusedChange> refused, IReadOnlyDictionary<string, string> tree)
    {
        var inForce = new Dictionary<string, string>(tree, StringComparer.Ordinal);
        foreach (var change in refused)
        {
            inForce.Remove(change.Path);
            if (change.InForce is { } sha)
            {
                inForce[change.Path] = sha;
            }
        }

        return inForce;
    }

    private async Task<IReadOnlyList<RefusedChange>> RefusedAsync(
        JudgedState last,
        IReadOnlyDictionary<string, string> before,
        string head,
        IReadOnlyDictionary<string, string> now,
        CancellationToken cancellationToken)
    {
        // What was only reported is in force; to enforce from now on does not take it back.
        var earlier = mode is OwnershipMode.Enforce && last.Mode is OwnershipMode.Report ? [] : last.Refused;
        var inForce = With(earlier, before);
        var (rules, _) = await _files.ReadAsync(inForce, prefix, cancellationToken);
        var vouching = new Vouching(host, _owners, rules.OwnersOf, cancellationToken);
        var paths = inForce.Keys.Union(now.Keys)
            .Where(path => inForce.GetValueOrDefault(path) != now.GetValueOrDefault(path) && rules.OwnersOf(path) is not null)
            .ToHashSet(StringComparer.Ordinal);
        var history = new FileHistory(host, inForce, paths, vouching.IsGivenAsync);
        var versions = paths.Count > 0 && last.Revision != head ? await VersionsAsync(last.Revision, head, history, cancellationToken) : null;
        var refused = new List<RefusedChange>();
        foreach (var path in paths.Order(StringComparer.Ordinal))
        {
            var version = versions?[path] ?? new FileVersion(now.GetValueOrDefault(path), inForce.GetValueOrDefault(path), null);
            var known = earlier.FirstOrDefault(change => change.Path == path && change.Content == version.Content && version.Commit is null);
            if (known is not null && await IsGrantedAsync(known, vouching))
            {
                continue;
            }

            if (!version.IsVouchedFor)
            {
                var who = rules.OwnersOf(path) ?? throw new InvalidOperationException($"Nobody owns {path}.");
                refused.Add(known ?? await RefusalAsync(new Change(path, version, inForce, now, IsUnread: versions is null), who, cancellationToken));
            }
        }

        return refused;
    }

    /// <summary>What was refused can be approved later.</summary>
    private static async Task<bool> IsGrantedAsync(RefusedChange change, Vouching vouching) =>
        change.Commit is { } commit && await vouching.IsMergedAsync(commit, isByHost: false, change.Path, change.Content);

    /// <returns>null when there are more commits than are looked into.</returns>
    private async Task<IReadOnlyDictionary<string, FileVersion>?> VersionsAsync(
        string from, string head, FileHistory history, CancellationToken cancellationToken) =>
        await host.CompareAsync(from, head, cancellationToken) is { IsWhole: true } range
            ? await history.FollowAsync(range, head, cancellationToken)
            : null;

    private async Task<RefusedChange> RefusalAsync(Change change, PathOwners who, CancellationToken cancellationToken)
    {
        var unknown = await _owners.UnknownAsync(who.Names, cancellationToken);
        return new RefusedChange(
            change.Path, change.Version.VouchedFor, change.Version.Content, change.Version.Commit?.Sha, OwnershipFindings.Message(change, who, unknown));
    }
}
