using System.Collections.Concurrent;
using Pao.Catalog.Sources.Git;

namespace Pao.Catalog.Sources.Ownership;

/// <summary>Knows whether somebody is one of the owners that CODEOWNERS names. Teams are looked up, and remembered for a while.</summary>
internal sealed class Owners(IGitHost host, TimeProvider clock)
{
    private const int MaxTeams = 500;
    private static readonly TimeSpan Freshness = TimeSpan.FromMinutes(5);

    private readonly ConcurrentDictionary<string, Team> _teams = new(StringComparer.OrdinalIgnoreCase);

    public async Task<bool> IncludeAsync(IReadOnlyList<string> owners, GitPerson person, CancellationToken cancellationToken)
    {
        foreach (var owner in owners)
        {
            if (await IsAsync(owner, person, cancellationToken))
            {
                return true;
            }
        }

        return false;
    }

    /// <returns>The owners whose members nobody tells this service: nobody counts as one of them.</returns>
    public async Task<IReadOnlyList<string>> UnknownAsync(IReadOnlyList<string> owners, CancellationToken cancellationToken)
    {
        var unknown = new List<string>();
        foreach (var owner in owners.Where(owner => owner.StartsWith('@') && owner.Contains('/')))
        {
            if (await MembersAsync(owner[1..], cancellationToken) is null)
            {
                unknown.Add(owner);
            }
        }

        return unknown;
    }

    private async Task<bool> IsAsync(string owner, GitPerson person, CancellationToken cancellationToken)
    {
        if (!owner.StartsWith('@'))
        {
            return owner.Equals(person.Email, StringComparison.OrdinalIgnoreCase);
        }

        if (person.Login is not { } login)
        {
            return false;
        }

        var name = owner[1..];
        return name.Equals(login, StringComparison.OrdinalIgnoreCase)
            || (await MembersAsync(name, cancellationToken) is { } members && members.Contains(login));
    }

    private async Task<IReadOnlySet<string>?> MembersAsync(string team, CancellationToken cancellationToken)
    {
        if (_teams.TryGetValue(team, out var known) && clock.GetElapsedTime(known.At) < Freshness)
        {
            return known.Members;
        }

        if (_teams.Count >= MaxTeams)
        {
            _teams.Clear();
        }

        var members = await host.MembersAsync(team, cancellationToken);
        _teams[team] = new Team(members, clock.GetTimestamp());
        return members;
    }

    private sealed record Team(IReadOnlySet<string>? Members, long At);
}
