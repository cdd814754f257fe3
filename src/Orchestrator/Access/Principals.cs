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
    public async Task<Principal?> FindAsync(string id, CancellationToken cancellationToken)
    {
        if (id == Principal.LocalAdmin.Id)
            return Principal.LocalAdmin;
        var now = time.GetUtcNow();
        if (_kept.TryGetValue<Reading>(id, out var kept) && now - kept?.At < Freshness)
            return kept?.Principal;

        var found = (await database.ReadAsync(Find, p => p.Text("id", id), Read, cancellationToken)).SingleOrDefault();
        _kept.Set(id, new Reading(found, now), new MemoryCacheEntryOptions { Size = 1, AbsoluteExpirationRelativeToNow = Freshness });
        return found;
    }

    /// <summary>Reads it anew at its next call.</summary>
    internal void Forget(string id) => _kept.Remove(id);

    public void Dispose() => _kept.Dispose();

    private static Principal Read(Row row) => new(
        row.Text("id"),
        row.TextOrNull("name"),
        row.TextOrNull("email"),
        [.. Texts(row.Text("roles")).Select(text => Roles.Parse(text) ?? throw new InvalidDataException($"This build does not know the role {text}."))],
        Texts(row.Text("teams")));

    private static List<string> Texts(string json) => JsonSerializer.Deserialize<List<string>>(json) ?? [];

    private sealed record Reading(Principal? Principal, DateTimeOffset At);
}
