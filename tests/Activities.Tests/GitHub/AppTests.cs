namespace Pao.Activities.Tests.GitHub;

/// <summary>Calls as a GitHub App: it signs for itself, and its tokens serve until they run out.</summary>
public sealed class AppTests(SandboxProcess sandbox) : IClassFixture<SandboxProcess>
{
    private const string Dispatch = "POST actions/workflows/provision.yml/dispatches";

    [Fact]
    public async Task A_token_is_asked_for_once_and_serves_all_calls()
    {
        using var app = new GitHubApp();
        await using var desk = await RunDesk.OpenAsync(sandbox, app.Settings);
        await app.InstallAsync(desk);

        await desk.AnotherAsync(desk.Action());
        await desk.AnotherAsync(desk.Action());

        Assert.Equal(1, await desk.CallsAsync("GET", "/installation"));
        Assert.Equal(2, (await desk.RunsAsync()).Length);
    }

    [Fact]
    public async Task A_token_that_is_refused_is_replaced_once()
    {
        using var app = new GitHubApp();
        await using var desk = await RunDesk.OpenAsync(sandbox, app.Settings);
        await app.InstallAsync(desk);
        await desk.FaultAsync(Dispatch, "status", ("status", 401));

        await desk.AttemptAsync(desk.Action());

        Assert.Equal(2, await desk.CallsAsync("GET", "/installation"));
        await desk.RunAsync();
    }

    [Fact]
    public async Task A_token_that_is_about_to_run_out_is_not_used()
    {
        using var app = new GitHubApp();
        await using var desk = await RunDesk.OpenAsync(sandbox, app.Settings);
        await app.InstallAsync(desk, lifeSeconds: 60);

        await desk.AnotherAsync(desk.Action());
        await desk.AnotherAsync(desk.Action());

        Assert.Equal(2, await desk.CallsAsync("GET", "/installation"));
    }

    [Fact]
    public async Task A_configured_installation_is_not_asked_for()
    {
        using var app = new GitHubApp();
        await using var desk = await RunDesk.OpenAsync(sandbox, [.. app.Settings, ("App:InstallationId", "42")]);
        await app.InstallAsync(desk);

        await desk.AttemptAsync(desk.Action());

        Assert.Equal(0, await desk.CallsAsync("GET", "/installation"));
    }

    [Fact]
    public async Task An_App_that_GitHub_does_not_know_starts_nothing_and_its_signature_is_in_no_message()
    {
        using var app = new GitHubApp();
        using var other = new GitHubApp();
        await using var desk = await RunDesk.OpenAsync(sandbox, app.Settings);
        await other.InstallAsync(desk);

        var failure = await desk.FailAsync(desk.Action());

        Assert.Equal(("action.rejected", ActionEffect.None), (failure.Code, failure.Effect));
        Assert.Contains("A JSON web token could not be decoded", failure.Message);
        Assert.DoesNotContain("eyJ", failure.ToString());
        Assert.Empty(await desk.RunsAsync());
    }

    [Fact]
    public async Task A_key_that_is_none_is_told_without_it()
    {
        await using var desk = await RunDesk.OpenAsync(
            sandbox, ("Token", null), ("App:Id", "1"), ("App:PrivateKey", "app-key"), ("Pao:Secrets:app-key", "no-key-at-all"));

        var failure = await desk.FailAsync(desk.Action());

        Assert.Contains("The secret that Pao:GitHub:Owners:default:App:PrivateKey names is no RSA private key in PEM.", failure.Message);
        Assert.DoesNotContain("no-key-at-all", failure.ToString());
    }

    [Theory]
    [InlineData("status", 500, true)]
    [InlineData("drop_before", 0, true)]
    [InlineData("status", 404, false)]
    public async Task A_token_that_cannot_be_had_leaves_no_doubt(string kind, int status, bool retryable)
    {
        using var app = new GitHubApp();
        await using var desk = await RunDesk.OpenAsync(sandbox, app.Settings);
        await app.InstallAsync(desk);
        await desk.FaultAsync("GET installation", kind, ("status", status));

        var failure = await desk.FailAsync(desk.Action());

        Assert.Equal((retryable, ActionEffect.None), (failure.Retryable, failure.Effect));
    }
}
