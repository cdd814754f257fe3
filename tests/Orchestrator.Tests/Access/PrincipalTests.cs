using Pao.Orchestrator.Access;
using Pao.Orchestrator.Tests.Requests;

namespace Pao.Orchestrator.Tests.Access;

public sealed class PostgresPrincipalTests : PrincipalTests<PostgresTestDatabase>;

public sealed class SqlitePrincipalTests : PrincipalTests<SqliteTestDatabase>;

public abstract class PrincipalTests<TDatabase> : AccessConformance<TDatabase>
    where TDatabase : ITestDatabase, new()
{
    private const string Role = "arn:aws:sts::123456789012:assumed-role/deployer/*";
    private const string Session = "arn:aws:sts::123456789012:assumed-role/deployer/ci-42";
    private const string User = "arn:aws:iam::123456789012:user/teams/ada";

    [Fact]
    public async Task A_principal_comes_back_as_it_was_kept()
    {
        var pao = await ProcessAsync();

        var made = await pao.PutAsync(Ada, User, Role);
        var found = await pao.Register.FindAsync("ada", Cancellation);

        Assert.True(made.IsNew);
        Assert.Equivalent(made.Entry, found, strict: true);
        Assert.Equal(("Ada", "ada@example.com"), (found?.Principal.Name, found?.Principal.Email));
        Assert.Equal([Pao.Orchestrator.Access.Role.Author], found?.Principal.Roles ?? []);
        Assert.Equal(["platform"], found?.Principal.Teams ?? []);
        Assert.Equal([User, Role], found?.Identities ?? []);
        Assert.Equivalent(Ada, await pao.Principals.FindAsync("ada", Cancellation), strict: true);
    }

    [Fact]
    public async Task What_is_put_replaces_what_was_known_and_is_in_the_audit_with_what_was_before()
    {
        var pao = await ProcessAsync();
        await pao.PutAsync(Ada, User);

        var changed = await pao.PutAsync(Ada with { Name = null, Roles = [Pao.Orchestrator.Access.Role.Operator] }, Role);
        var again = await pao.PutAsync(Ada with { Name = null, Roles = [Pao.Orchestrator.Access.Role.Operator] }, Role);

        Assert.False(changed.IsNew);
        Assert.Null(changed.Entry.Principal.Name);
        Assert.Equal([Role], changed.Entry.Identities);
        Assert.Equivalent(changed.Entry, again.Entry, strict: true);
        var audit = await AuditAsync();
        Assert.Equal(["principal.created", "principal.changed"], audit.Select(entry => entry.Action));
        Assert.Equal(("ada", "Ada", "author", "operator"), (
            (string?)audit[1].Details["principal_id"], (string?)audit[1].Before?["name"],
            (string?)audit[1].Before?["roles"]?[0], (string?)audit[1].After?["roles"]?[0]));
    }

    [Fact]
    public async Task Nobody_has_an_identity_that_another_has()
    {
        var pao = await ProcessAsync();
        await pao.PutAsync(Ada, User);

        var outcome = await pao.Register.PutAsync(Ada with { Id = "bob" }, [Role, User], Root, Cancellation);

        Assert.Equal(new PrincipalOutcome.IdentityTaken(User, "ada"), outcome);
        Assert.Null(await pao.Register.FindAsync("bob", Cancellation));
    }

    [Fact]
    public async Task Of_many_who_want_one_identity_at_once_one_gets_it()
    {
        var processes = await Task.WhenAll(ProcessAsync(), ProcessAsync());

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 16).Select(number =>
            processes[number % 2].Register.PutAsync(Ada with { Id = $"p{number}" }, [User], Root, Cancellation)));

        Assert.Single(outcomes.OfType<PrincipalOutcome.Kept>());
        Assert.Equal(15, outcomes.OfType<PrincipalOutcome.IdentityTaken>().Count());
    }

    [Fact]
    public async Task A_session_is_known_by_its_own_name_or_by_its_roles()
    {
        var pao = await ProcessAsync();
        await pao.PutAsync(Ada with { Id = "role" }, Role);
        await pao.PutAsync(Ada with { Id = "session" }, Session);
        await pao.PutAsync(Ada with { Id = "user" }, User);

        Assert.Equal("session", (await pao.Principals.FindByIdentityAsync(Session, Cancellation))?.Id);
        Assert.Equal("role", (await pao.Principals.FindByIdentityAsync(Session.Replace("42", "43", StringComparison.Ordinal), Cancellation))?.Id);
        Assert.Equal("user", (await pao.Principals.FindByIdentityAsync(User, Cancellation))?.Id);
        Assert.Null(await pao.Principals.FindByIdentityAsync(Session.Replace("deployer", "deployers", StringComparison.Ordinal), Cancellation));
        Assert.Null(await pao.Principals.FindByIdentityAsync(Session.Replace("2:", "3:", StringComparison.Ordinal), Cancellation));

        await pao.Register.SetAsync("session", enabled: false, Root, Cancellation);
        Assert.Null(await pao.Principals.FindByIdentityAsync(Session, Cancellation)); // and not whom its role means
    }

    [Fact]
    public async Task One_that_is_disabled_is_let_in_by_no_process_when_it_has_read_anew()
    {
        var (here, there) = (await ProcessAsync(), await ProcessAsync());
        await here.PutAsync(Ada, User);
        Assert.NotNull(await there.Principals.FindAsync("ada", Cancellation));
        Assert.NotNull(await there.Principals.FindByIdentityAsync(User, Cancellation));

        var disabled = await here.Register.SetAsync("ada", enabled: false, Root, Cancellation);
        await here.Register.SetAsync("ada", enabled: false, Root, Cancellation);

        Assert.Equal(Time.GetUtcNow(), disabled?.DisabledAt);
        Assert.Null(await here.Principals.FindAsync("ada", Cancellation));
        Assert.NotNull(await there.Principals.FindAsync("ada", Cancellation));
        Time.Advance(Principals.Freshness);
        Assert.Null(await there.Principals.FindAsync("ada", Cancellation));
        Assert.Null(await there.Principals.FindByIdentityAsync(User, Cancellation));

        await here.PutAsync(Ada with { Name = "Still disabled" }, User);
        Assert.Null(await here.Principals.FindAsync("ada", Cancellation));
        await here.Register.SetAsync("ada", enabled: true, Root, Cancellation);
        Assert.NotNull(await here.Principals.FindAsync("ada", Cancellation));
        Assert.Equal(
            ["principal.created", "principal.disabled", "principal.changed", "principal.enabled"], (await AuditAsync()).Select(entry => entry.Action));
        Assert.Null(await here.Register.SetAsync("nobody", enabled: false, Root, Cancellation));
    }

    [Fact]
    public async Task They_are_listed_page_by_page_each_with_its_own_identities()
    {
        var pao = await ProcessAsync();
        foreach (var number in Enumerable.Range(1, 5))
            await pao.PutAsync(Ada with { Id = $"p{number}" }, $"{User}{number}");

        var first = await pao.Register.ListAsync(after: null, limit: 3, Cancellation);
        var rest = await pao.Register.ListAsync("p3", limit: 3, Cancellation);

        Assert.Equal(["p1", "p2", "p3", "p4", "p5"], first.Concat(rest).Select(entry => entry.Principal.Id));
        Assert.All(first.Concat(rest), entry => Assert.Equal([$"{User}{entry.Principal.Id[1..]}"], entry.Identities));
    }
}

public sealed class AwsIdentityTests
{
    [Theory]
    [InlineData("arn:aws:iam::123456789012:user/ada", true, true)]
    [InlineData("arn:aws:iam::123456789012:user/a/b/ada", true, true)]
    [InlineData("arn:aws-us-gov:sts::123456789012:assumed-role/deployer/i-0abc", true, true)]
    [InlineData("arn:aws:sts::123456789012:federated-user/ada", true, true)]
    [InlineData("arn:aws:sts::123456789012:assumed-role/deployer/*", true, false)]
    [InlineData("arn:aws:sts::123456789012:assumed-role/*", false, false)]
    [InlineData("arn:aws:sts::123456789012:assumed-role/*/*", false, false)]
    [InlineData("arn:aws:sts::123456789012:assumed-role/deploy*/x", false, false)]
    [InlineData("arn:aws:sts::*:assumed-role/deployer/*", false, false)]
    [InlineData("arn:aws:iam::123456789012:user/*", false, false)]
    [InlineData("arn:aws:iam::123456789012:role/deployer", false, false)]
    [InlineData("arn:aws:iam::123456789012:root", false, false)]
    [InlineData("arn:aws:sts::123456789012:assumed-role/deployer/i-0abc\n", false, false)]
    [InlineData("arn:aws:sts::123456789012:assumed-role/deployer/a/b", false, false)]
    [InlineData("ada", false, false)]
    public void An_identity_is_the_arn_of_a_caller_or_of_all_sessions_of_one_role(string text, bool isIdentity, bool isCaller) =>
        Assert.Equal((isIdentity, isCaller), (AwsIdentity.IsIdentity(text), AwsIdentity.IsCaller(text)));
}
