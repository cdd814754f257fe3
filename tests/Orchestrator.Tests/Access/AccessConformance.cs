using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Pao.Orchestrator.Access;
using Pao.Orchestrator.Auditing;
using Pao.Orchestrator.Secrets;
using Pao.Orchestrator.Storage;
using Pao.Orchestrator.Tests.Requests;

namespace Pao.Orchestrator.Tests.Access;

/// <summary>Two processes on one database, with a clock that stands still.</summary>
public abstract class AccessConformance<TDatabase> : StoreConformance<TDatabase>
    where TDatabase : ITestDatabase, new()
{
    protected const string Key = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

    private protected static Origin Root => Origin.Of("root", "192.0.2.1", "curl/8", "c-1");

    private protected FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 1, 31, 8, 0, 0, TimeSpan.Zero));

    private protected static Principal Ada => new("ada", "Ada", "ada@example.com", [Role.Author], ["platform"]);

    private protected static SecretCipher Cipher(string key = Key) => new(Options.Create(new RequestSecretOptions { Key = key }));

    /// <summary>A process, with what it has read.</summary>
    private protected async Task<AccessProcess> ProcessAsync() => new(await OpenAsync(), Cipher(), Time);

    private protected Task<List<(string Action, JsonObject Details, JsonObject? Before, JsonObject? After)>> AuditAsync() => Database.ReadAsync(
        "select action, details, state_before, state_after from audit_log order by id",
        _ => { },
        row => (row.Text("action"), row.Object("details"), row.ObjectOrNull("state_before"), row.ObjectOrNull("state_after")),
        Cancellation);

    private protected Task<int> ExecuteAsync(string sql) =>
        Database.WriteAsync(transaction => transaction.ExecuteAsync(sql, _ => { }, Cancellation), Cancellation);

    private protected Task<List<string?>> TextAsync(string sql) =>
        Database.ReadAsync(sql, _ => { }, row => row.TextOrNull("t"), Cancellation);
}

/// <summary>What one process knows of principals and keys.</summary>
internal sealed class AccessProcess
{
    public AccessProcess(Database database, SecretCipher cipher, TimeProvider time)
    {
        Principals = new Principals(database, time);
        Register = new PrincipalRegister(database, Principals, time);
        Keys = new AccessKeys(database, cipher, time, NullLogger<AccessKeys>.Instance);
        KeyRegister = new AccessKeyRegister(database, cipher, Keys, time);
        Uses = new AccessKeyUses(database, new DurableTask.Heartbeats(time), time, NullLogger<AccessKeyUses>.Instance);
    }

    private static Origin Root => Origin.Of("root", "192.0.2.1", "curl/8", "c-1");

    public Principals Principals { get; }

    public PrincipalRegister Register { get; }

    public AccessKeys Keys { get; }

    public AccessKeyRegister KeyRegister { get; }

    public AccessKeyUses Uses { get; }

    public async Task<PrincipalOutcome.Kept> PutAsync(Principal principal, params string[] identities) =>
        Assert.IsType<PrincipalOutcome.Kept>(await Register.PutAsync(principal, identities, Root, TestContext.Current.CancellationToken));

    public async Task<AccessKeyOutcome.Issued> IssueAsync(string principal, DateTimeOffset? expiresAt = null) =>
        Assert.IsType<AccessKeyOutcome.Issued>(
            await KeyRegister.IssueAsync(principal, expiresAt, Root, TestContext.Current.CancellationToken));

    public Task<AccessKeyOutcome> SetAsync(string principal, string key, bool enabled) =>
        KeyRegister.SetAsync(principal, key, enabled, Root, TestContext.Current.CancellationToken);
}
