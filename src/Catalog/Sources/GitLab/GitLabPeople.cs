using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Text.RegularExpressions;
using Pao.Catalog.Sources.Git;

namespace Pao.Catalog.Sources.GitLab;

/// <summary>
/// Who made a change, who merged and approved it, who is in a group. A commit's author is an e-mail address here; the
/// account that has it is looked up.
/// </summary>
internal sealed partial class GitLabPeople(GitLabApi api, string branch)
{
    /// <summary>More commits than this between two looks are not looked into.</summary>
    private const int MaxCommits = 300;

    private const int MaxMembers = 1000;
    private const int MaxMerges = 20;
    private const int MaxAccounts = 1000;

    /// <summary>Who has this access may change a project's settings.</summary>
    private const int Maintainer = 40;

    private readonly ConcurrentDictionary<string, string> _logins = new(StringComparer.OrdinalIgnoreCase);

    public async Task<GitRange?> CompareAsync(string from, string to, CancellationToken cancellationToken)
    {
        if (await api.FindAsync<Comparison>($"{api.Project}/repository/compare?from={from}&to={to}&straight=false", cancellationToken) is not { } range)
        {
            return null;
        }

        if (range.Commits.Count > MaxCommits)
        {
            return new GitRange([], IsWhole: false);
        }

        var commits = new List<GitCommit>();
        foreach (var commit in range.Commits)
        {
            var author = new GitPerson(await LoginAsync(commit.AuthorEmail, cancellationToken), commit.AuthorEmail);
            commits.Add(new GitCommit(commit.Id, commit.ParentIds, author, IsByHost: false));
        }

        return new GitRange(commits, IsWhole: true);
    }

    public async Task<IReadOnlyList<GitMerge>> MergesOfAsync(string commit, CancellationToken cancellationToken)
    {
        var path = $"{api.Project}/repository/commits/{commit}/merge_requests";
        var merges = new List<GitMerge>();
        foreach (var merge in await api.FindAllAsync<Merge>(path, MaxMerges, isHiddenNothing: false, cancellationToken) ?? [])
        {
            if (merge.State == "merged" && merge.TargetBranch == branch)
            {
                var approvals = await api.FindAsync<Approvals>($"{api.Project}/merge_requests/{merge.Iid}/approvals", cancellationToken);
                var people = (approvals?.ApprovedBy ?? []).Select(approval => approval.User).Append(merge.MergeUser ?? merge.MergedBy).OfType<Account>();
                merges.Add(new GitMerge($"!{merge.Iid}", merge.Sha, [.. people.Select(account => new GitPerson(account.Username, null))]));
            }
        }

        return merges;
    }

    public async Task<IReadOnlySet<string>?> MembersAsync(string group, CancellationToken cancellationToken)
    {
        var members = await api.FindAllAsync<Account>(
            $"groups/{Uri.EscapeDataString(group)}/members/all", MaxMembers, isHiddenNothing: true, cancellationToken);
        return members?.Select(member => member.Username).ToFrozenSet(StringComparer.OrdinalIgnoreCase);
    }

    public async Task<bool> IsAdministratorAsync(string login, CancellationToken cancellationToken)
    {
        var accounts = await api.FindAllAsync<Account>($"users?username={Uri.EscapeDataString(login)}", limit: 1, isHiddenNothing: true, cancellationToken);
        return accounts is [{ Id: var id }, ..]
            && await api.FindAsync<Member>($"{api.Project}/members/all/{id}", cancellationToken) is { AccessLevel: >= Maintainer };
    }

    /// <returns>null when no account, or none that this service may see, has the address.</returns>
    private async Task<string?> LoginAsync(string? email, CancellationToken cancellationToken)
    {
        if (string.IsNullOrEmpty(email))
        {
            return null;
        }

        if (NoReply().Match(email) is { Success: true } noReply)
        {
            return noReply.Groups["login"].Value;
        }

        if (_logins.TryGetValue(email, out var known))
        {
            return known;
        }

        // Names are searched too, and whoever likes can call themselves like an address.
        var found = await api.FindAllAsync<Account>($"users?search={Uri.EscapeDataString(email)}", limit: 1, isHiddenNothing: true, cancellationToken) ?? [];
        var accounts = found.Where(account => email.Equals(account.PublicEmail, StringComparison.OrdinalIgnoreCase)).ToList();
        if (accounts.Count == 0)
        {
            accounts = [.. found.Where(account => account.PublicEmail is null or "" && !email.Equals(account.Name, StringComparison.OrdinalIgnoreCase))];
        }

        if (accounts is not [{ Username: var login }])
        {
            return null;
        }

        if (_logins.Count >= MaxAccounts)
        {
            _logins.Clear();
        }

        return _logins[email] = login;
    }

    /// <summary>The address that GitLab gives to who wants to keep theirs.</summary>
    [GeneratedRegex(@"^\d+-(?<login>[^@]+)@users\.noreply\.", RegexOptions.NonBacktracking)]
    private static partial Regex NoReply();

    private sealed record Comparison(List<Commit> Commits);

    private sealed record Commit(string Id, List<string> ParentIds, string? AuthorEmail);

    private sealed record Merge(int Iid, string State, string TargetBranch, string Sha, Account? MergeUser, Account? MergedBy);

    private sealed record Approvals(List<Approval>? ApprovedBy);

    private sealed record Approval(Account? User);

    private sealed record Account(long Id, string Username, string? Name, string? PublicEmail);

    private sealed record Member(int AccessLevel);
}
