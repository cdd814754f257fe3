using Pao.Orchestrator.Access;
using Pao.Orchestrator.Tests.Requests;

namespace Pao.Orchestrator.Tests.Access;

public sealed class PostgresAccessKeyTests : AccessKeyTests<PostgresTestDatabase>;

public sealed class SqliteAccessKeyTests : AccessKeyTests<SqliteTestDatabase>;

public abstract class AccessKeyTests<TDatabase> : AccessConformance<TDatabase>
    where TDatabase : ITestDatabase, new()
{
    [Fact]
    public async Task A_key_signs_with_the_secret_that_was_told_and_the_database_does_not_have()
    {
        var pao = await ProcessAsync();
        await pao.PutAsync(Ada);

        var (key, secret) = await pao.IssueAsync("ada");
        var found = await (await ProcessAsync()).Keys.FindAsync(key.Id, Cancellation);

        Assert.Equal((key.Id, secret, "ada"), (found?.Id, found?.Secret, found?.PrincipalId));
        var stored = string.Join(' ', await TextAsync("select ciphertext as t from access_keys union all select cast(details as text) from audit_log union all select cast(state_after as text) from audit_log"));
        Assert.DoesNotContain(secret, stored, StringComparison.Ordinal);
        Assert.DoesNotContain(secret, $"{found} {new AccessKeyOutcome.Issued(key, secret)}", StringComparison.Ordinal);
        var audited = (await AuditAsync())[^1];
        Assert.Equal(("access_key.created", "ada", key.Id), (
            audited.Action, (string?)audited.Details["principal_id"], (string?)audited.Details["access_key_id"]));
    }

    [Fact]
    public async Task A_secret_that_is_moved_to_another_principal_signs_nothing()
    {
        var pao = await ProcessAsync();
        await pao.PutAsync(Ada);
        await pao.PutAsync(Ada with { Id = "root", Roles = [Role.Admin] });
        var (key, _) = await pao.IssueAsync("ada");

        await ExecuteAsync("update access_keys set principal_id = 'root'");

        Assert.Null(await pao.Keys.FindAsync(key.Id, Cancellation));
        Assert.Null(await new AccessProcess(Database, Cipher(new string('a', 64)), Time).Keys.FindAsync(key.Id, Cancellation));
    }

    [Fact]
    public async Task Keys_are_rotated_with_an_overlap()
    {
        var (here, there) = (await ProcessAsync(), await ProcessAsync());
        await here.PutAsync(Ada);
        var (first, _) = await here.IssueAsync("ada");
        var (second, _) = await here.IssueAsync("ada");
        Assert.Equal(new AccessKeyOutcome.TooMany(OfActive: true), await here.KeyRegister.IssueAsync("ada", null, Root, Cancellation));
        Assert.NotNull(await there.Keys.FindAsync(first.Id, Cancellation));
        Assert.NotNull(await there.Keys.FindAsync(second.Id, Cancellation));

        var disabled = Assert.IsType<AccessKeyOutcome.Kept>(await here.SetAsync("ada", first.Id, enabled: false));

        Assert.Equal(IssuedKeyState.Disabled, disabled.Key.StateAt(Time.GetUtcNow()));
        Assert.Null(await here.Keys.FindAsync(first.Id, Cancellation));
        Assert.NotNull(await there.Keys.FindAsync(first.Id, Cancellation));
        Time.Advance(Principals.Freshness);
        Assert.Null(await there.Keys.FindAsync(first.Id, Cancellation));
        Assert.NotNull(await there.Keys.FindAsync(second.Id, Cancellation));

        var (third, _) = await here.IssueAsync("ada");
        Assert.Equal(new AccessKeyOutcome.TooMany(OfActive: true), await here.SetAsync("ada", first.Id, enabled: true));
        Assert.IsType<AccessKeyOutcome.Kept>(await here.KeyRegister.DeleteAsync("ada", third.Id, Root, Cancellation));
        Assert.IsType<AccessKeyOutcome.Kept>(await here.SetAsync("ada", first.Id, enabled: true));
        Assert.NotNull(await here.Keys.FindAsync(first.Id, Cancellation));
        Assert.Null(await here.Keys.FindAsync(third.Id, Cancellation));
        Assert.Equal(
            ["access_key.created", "access_key.created", "access_key.disabled", "access_key.created", "access_key.deleted", "access_key.enabled"],
            (await AuditAsync()).Skip(1).Select(entry => entry.Action));
    }

    [Fact]
    public async Task However_many_ask_at_once_two_keys_are_active()
    {
        var processes = await Task.WhenAll(ProcessAsync(), ProcessAsync());
        string[] principals = [.. Enumerable.Range(1, 6).Select(number => $"p{number}")];
        foreach (var principal in principals)
            await processes[0].PutAsync(Ada with { Id = principal });

        var outcomes = await Task.WhenAll(principals.SelectMany(principal => Enumerable.Range(0, 6).Select(number =>
            processes[number % 2].KeyRegister.IssueAsync(principal, null, Root, Cancellation))));

        Assert.Equal(
            principals.Select(principal => (principal, 2)),
            outcomes.OfType<AccessKeyOutcome.Issued>().CountBy(issued => issued.Key.PrincipalId).Select(count => (count.Key, count.Value)).Order());
        Assert.Equal(24, outcomes.OfType<AccessKeyOutcome.TooMany>().Count());
    }

    [Fact]
    public async Task A_key_past_its_time_signs_nothing_although_it_was_read_before()
    {
        var pao = await ProcessAsync();
        await pao.PutAsync(Ada);
        var (key, _) = await pao.IssueAsync("ada", Time.GetUtcNow().AddSeconds(5));
        Assert.NotNull(await pao.Keys.FindAsync(key.Id, Cancellation));

        Time.Advance(TimeSpan.FromSeconds(5));

        Assert.Null(await pao.Keys.FindAsync(key.Id, Cancellation));
        Assert.Equal([IssuedKeyState.Expired], (await pao.KeyRegister.ListAsync("ada", Cancellation))?.Select(one => one.StateAt(Time.GetUtcNow())) ?? []);
        await pao.IssueAsync("ada");
        await pao.IssueAsync("ada"); // the expired one does not count
    }

    [Fact]
    public async Task Ids_that_were_not_made_here_cost_no_look_at_the_database()
    {
        var closed = Open(); // not migrated: it answers nothing
        var pao = new AccessProcess(closed, Cipher(), Time);

        Assert.Null(await pao.Keys.FindAsync("PAOK0123456789ABCDEF01234567", Cancellation));
        Assert.Null(await pao.Keys.FindAsync("AKIDEXAMPLE", Cancellation));
        Assert.Null(await pao.Keys.FindAsync("", Cancellation));
        await Assert.ThrowsAsync<Storage.DatabaseNotReadyException>(() => pao.Keys.FindAsync(AccessKeyId.New(Cipher()), Cancellation));
    }

    [Fact]
    public async Task When_a_key_was_last_used_is_stored_later_and_never_goes_back()
    {
        var pao = await ProcessAsync();
        await pao.PutAsync(Ada);
        var (key, _) = await pao.IssueAsync("ada");
        async Task<DateTimeOffset?> LastUsedAsync() => (await pao.KeyRegister.ListAsync("ada", Cancellation))?.Single().LastUsedAt;

        pao.Uses.Note(key.Id);
        Assert.Null(await LastUsedAsync());
        await pao.Uses.StoreAsync(Cancellation);
        var first = Time.GetUtcNow();
        Assert.Equal(first, await LastUsedAsync());

        var slow = await ProcessAsync();
        slow.Uses.Note(key.Id);
        Time.Advance(TimeSpan.FromMinutes(1));
        pao.Uses.Note(key.Id);
        await pao.Uses.StoreAsync(Cancellation);
        await slow.Uses.StoreAsync(Cancellation);
        Assert.Equal(first.AddMinutes(1), await LastUsedAsync());
    }

    [Fact]
    public async Task Who_is_not_there_has_no_keys()
    {
        var pao = await ProcessAsync();
        await pao.PutAsync(Ada);
        await pao.PutAsync(Ada with { Id = "bob" });
        var (key, _) = await pao.IssueAsync("ada");

        Assert.IsType<AccessKeyOutcome.NoPrincipal>(await pao.KeyRegister.IssueAsync("eve", null, Root, Cancellation));
        Assert.Null(await pao.KeyRegister.ListAsync("eve", Cancellation));
        Assert.Empty(await pao.KeyRegister.ListAsync("bob", Cancellation) ?? []);
        Assert.IsType<AccessKeyOutcome.NoKey>(await pao.SetAsync("bob", key.Id, enabled: false));
        Assert.IsType<AccessKeyOutcome.NoKey>(await pao.KeyRegister.DeleteAsync("bob", key.Id, Root, Cancellation));
    }

    [Fact]
    public async Task Ten_keys_are_as_many_as_are_kept()
    {
        var pao = await ProcessAsync();
        await pao.PutAsync(Ada);
        for (var number = 0; number < AccessKeyRegister.Most; number++)
            await pao.SetAsync("ada", (await pao.IssueAsync("ada")).Key.Id, enabled: false);

        Assert.Equal(new AccessKeyOutcome.TooMany(OfActive: false), await pao.KeyRegister.IssueAsync("ada", null, Root, Cancellation));
    }
}
