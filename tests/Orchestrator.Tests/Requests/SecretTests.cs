using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using Pao.Activities.Secrets;
using Pao.Catalog;
using Pao.Orchestrator.Requests;
using Pao.Orchestrator.Secrets;

namespace Pao.Orchestrator.Tests.Requests;

/// <summary>Passwords of requests: encrypted, bound to their request, gone with its end.</summary>
public abstract class SecretTests<TDatabase> : StoreConformance<TDatabase>
    where TDatabase : ITestDatabase, new()
{
    private const string Password = "correct horse battery staple";

    private static readonly SecretCipher Cipher = CipherOf(RandomNumberGenerator.GetBytes(32));

    [Fact]
    public async Task What_is_kept_is_encrypted_and_comes_back()
    {
        var id = await SubmitAsync(Password);

        var kept = (await TextAsync($"select ciphertext as t from request_secrets where request_id = '{id}'")).Single();

        Assert.DoesNotContain("horse", System.Text.Encoding.Latin1.GetString(Convert.FromBase64String(kept)), StringComparison.Ordinal);
        Assert.Equal(Password, (await Secrets(Cipher).RevealAsync(id, Cancellation))["admin"]);
        Assert.Empty(await Secrets(Cipher).RevealAsync(Guid.NewGuid(), Cancellation));
    }

    [Fact]
    public async Task The_same_password_is_never_encrypted_alike()
    {
        var (first, second) = (await SubmitAsync(Password), await SubmitAsync(Password));

        Assert.Equal(2, (await TextAsync($"select ciphertext as t from request_secrets where request_id in ('{first}', '{second}')")).Distinct().Count());
    }

    [Fact]
    public async Task Another_key_says_which_one_is_missing()
    {
        var id = await SubmitAsync(Password);
        var other = CipherOf(RandomNumberGenerator.GetBytes(32));

        var failure = await Assert.ThrowsAsync<SecretUnreadableException>(() => Secrets(other).RevealAsync(id, Cancellation));

        Assert.Contains(Cipher.KeyId, failure.Message, StringComparison.Ordinal);
        Assert.Contains(other.KeyId, failure.Message, StringComparison.Ordinal);
        Assert.Contains("Pao:RequestSecrets:Key", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_row_that_is_moved_to_another_request_can_not_be_decrypted_there()
    {
        var (first, second) = (await SubmitAsync(Password), await SubmitAsync("another password"));
        await ExecuteAsync($"""
            update request_secrets set ciphertext = (select ciphertext from request_secrets where request_id = '{first}')
            where request_id = '{second}'
            """);

        var failure = await Assert.ThrowsAsync<SecretUnreadableException>(() => Secrets(Cipher).RevealAsync(second, Cancellation));

        Assert.Contains("damaged", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("completed", 0)]
    [InlineData("aborted", 0)]
    [InlineData("cancelled", 0)]
    [InlineData("failed", 1)]
    [InlineData("escalated", 1)]
    [InlineData("in_progress", 1)]
    public async Task Passwords_end_with_their_request_and_not_before(string status, int left)
    {
        var (id, other) = (await SubmitAsync(Password), await SubmitAsync(Password));
        var completed = left == 0 ? ", completed_at = created_at" : "";

        await ExecuteAsync($"update requests set status = '{status}', error = '{{}}'{completed} where id = '{id}'");

        Assert.Equal([left], await CountAsync($"select count(*) as n from request_secrets where request_id = '{id}'"));
        Assert.Equal([1L], await CountAsync($"select count(*) as n from request_secrets where request_id = '{other}'"));
    }

    [Fact]
    public async Task A_body_with_a_password_is_kept_by_its_fingerprint()
    {
        var key = new IdempotencyKey("ada", $"key-{Guid.NewGuid()}", "plain-hash") { Fingerprint = Cipher.Fingerprint("plain-hash") };

        var first = Assert.IsType<SubmissionOutcome.Accepted>(await Store.SubmitAsync(WithPassword(key), Cancellation));
        var repeat = Assert.IsType<SubmissionOutcome.Repeated>(await Store.FindRepeatAsync(key, Cancellation));
        var reused = await Store.FindRepeatAsync(key with { BodyHash = "other", Fingerprint = Cipher.Fingerprint("other") }, Cancellation);

        Assert.Equal(first.Request.Id, repeat.Request.Id);
        Assert.IsType<SubmissionOutcome.KeyReused>(reused);
        Assert.Equal([key.Fingerprint], await TextAsync($"select body_hash as t from idempotency_keys where key = '{key.Key}'"));
    }

    private static SecretCipher CipherOf(byte[] key) =>
        new(Options.Create(new RequestSecretOptions { Key = Convert.ToBase64String(key) }));

    private static Submission WithPassword(IdempotencyKey? key = null, string password = Password) => Submission(key: key) with
    {
        Fields = new() { ["admin"] = FieldSecrets.ReferenceTo("admin") },
        Secrets = new SubmittedSecrets(new Dictionary<string, string> { ["admin"] = password }, Cipher),
    };

    private async Task<Guid> SubmitAsync(string password) =>
        Assert.IsType<SubmissionOutcome.Accepted>(await Store.SubmitAsync(WithPassword(password: password), Cancellation)).Request.Id;

    private RequestSecrets Secrets(SecretCipher cipher) => new(Database, cipher, TimeProvider.System);

    private Task<List<string>> TextAsync(string sql) => Database.ReadAsync(sql, _ => { }, row => row.Text("t"), Cancellation);

    private Task<int> ExecuteAsync(string sql) =>
        Database.WriteAsync(transaction => transaction.ExecuteAsync(sql, _ => { }, Cancellation), Cancellation);
}

public sealed class SqliteSecretTests : SecretTests<SqliteTestDatabase>;

public sealed class PostgresSecretTests : SecretTests<PostgresTestDatabase>;

public sealed class SecretKeyTests
{
    [Theory]
    [InlineData("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=", true)]
    [InlineData("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f", true)]
    [InlineData("AAECAwQFBgcICQoLDA0ODw==", false)]
    [InlineData("not a key", false)]
    public void A_key_is_32_bytes_in_base64_or_hexadecimal(string key, bool valid)
    {
        var result = new RequestSecretOptionsValidator().Validate(null, new RequestSecretOptions { Key = key });

        Assert.Equal(valid, result.Succeeded);
        Assert.True(valid || result.FailureMessage!.Contains("Pao:RequestSecrets:Key", StringComparison.Ordinal));
    }

    [Fact]
    public void Both_ways_of_writing_a_key_are_the_same_key() => Assert.Equal(
        Of("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=").KeyId, Of("000102030405060708090a0b0c0d0e0f101112131415161718191A1B1C1D1E1F").KeyId);

    private static SecretCipher Of(string key) => new(Options.Create(new RequestSecretOptions { Key = key }));
}
