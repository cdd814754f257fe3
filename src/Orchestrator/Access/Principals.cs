using System.Text.Json;
using Microsoft.Extensions.Caching.Memory;
using Pao.Orchestrator.Storage;

namespace Pao.Orchestrator.Access;

/// <summary>Those who may call, as this process has last read them.</summary>
public sealed partial class Principals(Database database, TimeProvider time) : IDisposable
{
    /// <summary>How long a change made by another process can go unnoticed in this one.</summary>
    public static readonly TimeSpan Freshness = TimeSpan.FromSeconds(10);

    private const int MostKept = 10_000;

    private readonly MemoryCache _kept = new(new MemoryCacheOptions { SizeLimit = MostKept });

    /// <returns>Null when there is none with this id, or it is disabled.</returns>
    public Task<Principal?> FindAsync(string id, CancellationToken cancellationToken) => id == Principal.LocalAdmin.Id
        ? Task.FromResult<Principal?>(Principal.LocalAdmin)
        : FindAsync(new ById(id), Find, p => p.Text("id", id), cancellationToken);

    /// <summary>Finds who is called by this ARN elsewhere.</summary>
    /// <returns>Null when nobody is called so, or it is disabled.</returns>
    public Task<Principal?> FindByIdentityAsync(string arn, CancellationToken cancellationToken) => FindAsync(
        new ByIdentity(arn),
        FindByIdentity,
        p => p.Text("exact", arn).Text("every_session", AwsIdentity.EverySessionOf(arn)),
        cancellationToken);

    /// <summary>Reads all of them anew at their next calls.</summary>
    internal void Forget() => _kept.Clear();

    public void Dispose() => _kept.Dispose();

    private async Task<Principal?> FindAsync(object key, string sql, Action<Parameters> bind, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (_kept.TryGetValue<Reading>(key, out var kept) && now - kept?.At < Freshness)
            return kept?.Principal;

        var found = (await database.ReadAsync(sql, bind, Read, cancellationToken)).SingleOrDefault();
        _kept.Set(key, new Reading(found, now), new MemoryCacheEntryOptions { Size = 1, AbsoluteExpirationRelativeToNow = Freshness });
        return found;
    }

    internal static Principal Read(Row row) => new(
        row.Text("id"),
        row.TextOrNull("name"),
        row.TextOrNull("email"),
        [.. Texts(row.Text("roles")).Select(text => Roles.Parse(text) ?? throw new InvalidDataException($"This build does not know the role {text}."))],
        Texts(row.Text("teams")));

    private static List<string> Texts(string json) => JsonSerializer.Deserialize<List<string>>(json) ?? [];

    private sealed record ById(string Id);

    private sealed record ByIdentity(string Arn);

    private sealed record Reading(Principal? Principal, DateTimeOffset At);
}
