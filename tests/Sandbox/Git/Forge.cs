using System.Collections.Concurrent;

namespace Pao.Sandbox.Git;

/// <summary>A host of git repositories: what GitHub's and GitLab's APIs here show in their own ways.</summary>
internal sealed class Forge
{
    private readonly ConcurrentDictionary<string, Repository> _repositories = new(StringComparer.OrdinalIgnoreCase);
    private readonly ConcurrentDictionary<string, Account> _accounts = new(StringComparer.OrdinalIgnoreCase);
    private readonly ConcurrentDictionary<string, IReadOnlyList<string>> _teams = new(StringComparer.OrdinalIgnoreCase);
    private long _lastId = 1000;

    public RateLimits Limits { get; } = new();

    /// <summary>A branch of a repository points somewhere else now: its name, and to what.</summary>
    public event Action<Repository, string, string>? Moved;

    public long NextId() => Interlocked.Increment(ref _lastId);

    public Repository? Find(string fullName) => _repositories.GetValueOrDefault(fullName);

    public Repository Create(string fullName, string defaultBranch)
    {
        var repository = new Repository(fullName, defaultBranch);
        repository.Moved += (branch, sha) => Moved?.Invoke(repository, branch, sha);
        return _repositories[fullName] = repository;
    }

    /// <summary>The account of this name, made when there is none.</summary>
    public Account AccountOf(string login) => _accounts.GetOrAdd(login, name => new Account(NextId(), name, $"{name}@example.com"));

    public Account? Known(string login) => _accounts.GetValueOrDefault(login);

    public Account? OfEmail(string email) =>
        _accounts.Values.FirstOrDefault(account => account.Email.Equals(email, StringComparison.OrdinalIgnoreCase));

    public Account? OfId(long id) => _accounts.Values.FirstOrDefault(account => account.Id == id);

    /// <param name="team"><c>organisation/team</c>.</param>
    public void SetTeam(string team, IReadOnlyList<string> members) => _teams[team] = [.. members.Select(member => AccountOf(member).Login)];

    public IReadOnlyList<string>? MembersOf(string team) => _teams.GetValueOrDefault(team);
}

internal sealed record Account(long Id, string Login, string Email);

/// <summary>The hosts by the names that their addresses here begin with.</summary>
internal sealed class Forges
{
    public const string GitHubName = "github";
    public const string GitLabName = "gitlab";

    public Forge GitHub { get; } = new();

    public Forge GitLab { get; } = new();

    public Forge? Find(string host) => host switch
    {
        GitHubName => GitHub,
        GitLabName => GitLab,
        _ => null,
    };
}
