using System.Text.Json.Nodes;
using Pao.Orchestrator.Auditing;
using Pao.Orchestrator.Requests;
using Pao.Orchestrator.Storage;

namespace Pao.Orchestrator.Access;

/// <summary>
/// Where administrators keep principals. Nobody is deleted: requests and the audit name them. Other processes see a change
/// within <see cref="Principals.Freshness"/>.
/// </summary>
public sealed partial class PrincipalRegister(Database database, Principals principals, TimeProvider time)
{
    /// <summary>In the order of their ids, from the one after the given one.</summary>
    public async Task<IReadOnlyList<PrincipalEntry>> ListAsync(string? after, int limit, CancellationToken cancellationToken)
    {
        var entries = await database.ReadAsync(List, p => p.Text("after", after).Number("limit", limit), Read, cancellationToken);
        if (entries.Count == 0)
            return entries;

        var identities = (await database.ReadAsync(
            ListIdentities,
            p => p.Text("first", entries[0].Principal.Id).Text("last", entries[^1].Principal.Id),
            row => (Principal: row.Text("principal_id"), Identity: row.Text("identity")),
            cancellationToken)).ToLookup(row => row.Principal, row => row.Identity, StringComparer.Ordinal);
        return [.. entries.Select(entry => entry with { Identities = [.. identities[entry.Principal.Id]] })];
    }

    public async Task<PrincipalEntry?> FindAsync(string id, CancellationToken cancellationToken)
    {
        if ((await database.ReadAsync(Find, p => p.Text("id", id), Read, cancellationToken)).SingleOrDefault() is not { } entry)
            return null;
        return entry with
        {
            Identities = await database.ReadAsync(FindIdentities, p => p.Text("id", id), row => row.Text("identity"), cancellationToken),
        };
    }

    /// <summary>Makes a principal, or puts what is given in place of what is known of it. Disabled stays disabled.</summary>
    public async Task<PrincipalOutcome> PutAsync(
        Principal principal, IReadOnlyList<string> identities, Origin origin, CancellationToken cancellationToken)
    {
        var outcome = await database.WriteAsync<PrincipalOutcome>(async transaction =>
        {
            await AccessTurn.TakeAsync(database, transaction, cancellationToken);
            foreach (var identity in identities)
                if (await HolderAsync(transaction, identity, principal.Id, cancellationToken) is { } holder)
                    return new PrincipalOutcome.IdentityTaken(identity, holder);

            var before = await FindAsync(transaction, principal.Id, cancellationToken);
            if (before is not null && JsonNode.DeepEquals(Describe(before), Describe(before with { Principal = principal, Identities = identities })))
                return new PrincipalOutcome.Kept(before, IsNew: false);

            await WriteAsync(transaction, principal, identities, Clock.Microseconds(time), cancellationToken);
            var after = await FindAsync(transaction, principal.Id, cancellationToken)
                ?? throw new InvalidOperationException($"The principal {principal.Id} was written and is not there.");
            await AuditAsync(transaction, before is null ? "principal.created" : "principal.changed", before, after, origin, cancellationToken);
            return new PrincipalOutcome.Kept(after, IsNew: before is null);
        }, cancellationToken);
        principals.Forget();
        return outcome;
    }

    /// <summary>Lets a principal in no more, or again. What it has asked for goes on.</summary>
    /// <returns>Null when there is none.</returns>
    public async Task<PrincipalEntry?> SetAsync(string id, bool enabled, Origin origin, CancellationToken cancellationToken)
    {
        var entry = await database.WriteAsync(async transaction =>
        {
            await AccessTurn.TakeAsync(database, transaction, cancellationToken);
            var before = await FindAsync(transaction, id, cancellationToken);
            var now = Clock.Microseconds(time);
            if (await transaction.ExecuteAsync(enabled ? Enable : Disable, p => p.Text("id", id).Time("now", now), cancellationToken) == 0)
                return before; // as it was asked for already

            var after = await FindAsync(transaction, id, cancellationToken);
            await AuditAsync(transaction, enabled ? "principal.enabled" : "principal.disabled", before, after, origin, cancellationToken);
            return after;
        }, cancellationToken);
        principals.Forget();
        return entry;
    }

    private static async Task WriteAsync(
        Transaction transaction, Principal principal, IReadOnlyList<string> identities, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await transaction.ExecuteAsync(
            Keep,
            p => p.Text("id", principal.Id)
                .Text("name", principal.Name)
                .Text("email", principal.Email)
                .Json("roles", Texts(principal.Roles.Select(role => role.ToText())).ToJsonString())
                .Json("teams", Texts(principal.Teams).ToJsonString())
                .Time("now", now),
            cancellationToken);
        await transaction.ExecuteAsync(DropIdentities, p => p.Text("id", principal.Id), cancellationToken);
        if (identities.Count > 0)
            await transaction.ExecuteAsync(
                KeepIdentity, identities, (p, identity) => p.Text("identity", identity).Text("id", principal.Id), cancellationToken);
    }

    private static async Task<string?> HolderAsync(Transaction transaction, string identity, string id, CancellationToken cancellationToken) =>
        (await transaction.ReadAsync(
            FindHolder, p => p.Text("identity", identity).Text("id", id), row => row.Text("principal_id"), cancellationToken)).SingleOrDefault();

    private static async Task<PrincipalEntry?> FindAsync(Transaction transaction, string id, CancellationToken cancellationToken)
    {
        if ((await transaction.ReadAsync(Find, p => p.Text("id", id), Read, cancellationToken)).SingleOrDefault() is not { } entry)
            return null;
        return entry with
        {
            Identities = await transaction.ReadAsync(FindIdentities, p => p.Text("id", id), row => row.Text("identity"), cancellationToken),
        };
    }

    private static PrincipalEntry Read(Row row) => new(
        Principals.Read(row), [], row.Time("created_at"), row.Time("updated_at"), row.TimeOrNull("disabled_at"));

    private Task AuditAsync(
        Transaction transaction, string action, PrincipalEntry? before, PrincipalEntry? after, Origin origin, CancellationToken cancellationToken) =>
        AuditLog.WriteAsync(
            transaction,
            new AuditEntry(origin, action)
            {
                Details = new JsonObject { ["principal_id"] = (after ?? before)?.Principal.Id },
                Before = Describe(before),
                After = Describe(after),
            },
            Clock.Microseconds(time),
            cancellationToken);

    private static JsonObject? Describe(PrincipalEntry? entry) => entry is null ? null : new JsonObject
    {
        ["name"] = entry.Principal.Name,
        ["email"] = entry.Principal.Email,
        ["roles"] = Texts(entry.Principal.Roles.Select(role => role.ToText())),
        ["teams"] = Texts(entry.Principal.Teams),
        ["identities"] = Texts(entry.Identities.Order(StringComparer.Ordinal)),
        ["disabled"] = entry.DisabledAt is not null,
    };

    private static JsonArray Texts(IEnumerable<string> texts) => [.. texts.Select(text => JsonValue.Create(text))];
}
