namespace Pao.Cli.Tests;

/// <summary>Commands that a running PAO fulfils; what a real one answers is tried in EndToEnd.Tests.</summary>
public sealed class ServiceTests
{
    private static readonly Dictionary<string, string?> Key = new()
    {
        ["AWS_ACCESS_KEY_ID"] = "PAOKTEST",
        ["AWS_SECRET_ACCESS_KEY"] = "a-secret-that-no-line-may-have",
        ["AWS_SESSION_TOKEN"] = null,
        ["AWS_PROFILE"] = null,
        ["AWS_REGION"] = null,
        ["PAO_SERVER_ID"] = null,
    };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_list_is_read_to_its_end_and_every_page_is_signed()
    {
        using var pao = new PaoListener(call => call.EndsWith("cursor=next%2B", StringComparison.Ordinal)
            ? (200, """{"data":[{"id":"bob","state":"disabled","roles":[],"teams":[]}],"pagination":{"has_more":false}}""")
            : (200, """{"data":[{"id":"ada","state":"active","roles":["author"],"teams":["a","b"],"name":"Ada"}],"pagination":{"has_more":true,"next_cursor":"next+"}}"""));

        var ended = await PaoCommand.RunWithAsync(Key, "principals", "list", "--url", pao.Url, "--region", "eu-central-1");

        Assert.Equal((0, ""), (ended.ExitCode, ended.Errors));
        Assert.Equal("ID   STATE     ROLES   TEAMS  NAME\nada  active    author  a, b   Ada\nbob  disabled\n", ended.Output);
        Assert.Equal(
            ["GET /api/v1/principals?limit=200", "GET /api/v1/principals?limit=200&cursor=next%2B"], pao.Asked.Select(asked => asked.Call));
        Assert.All(pao.Asked, asked => Assert.Matches(
            "^AWS4-HMAC-SHA256 Credential=PAOKTEST/[0-9]{8}/eu-central-1/pao/aws4_request, SignedHeaders=host;x-amz-content-sha256;x-amz-date, Signature=[0-9a-f]{64}$", asked.Authorization));
    }

    [Fact]
    public async Task What_the_service_refuses_is_told_with_its_place_and_ends_with_2()
    {
        using var pao = new PaoListener(_ => (422, """
            {"title":"The body does not say what is needed.","code":"body.invalid","correlation_id":"c-1","errors":{"/roles/0":["Must be author, operator or admin."]}}
            """));

        var ended = await PaoCommand.RunWithAsync(Key, "principals", "put", "ada", "--role", "king", "--url", pao.Url);

        Assert.Equal((2, ""), (ended.ExitCode, ended.Output));
        Assert.Equal("pao: The body does not say what is needed.  (422 body.invalid, correlation id c-1)\n  /roles/0: Must be author, operator or admin.\n", ended.Errors);
        Assert.Equal("""{"roles":["king"],"teams":[],"identities":[]}""", Assert.Single(pao.Asked).Body);
    }

    [Theory]
    [InlineData(500, "<html>")]
    [InlineData(302, "")]
    public async Task An_answer_that_is_none_of_paos_is_told_by_its_status(int status, string body)
    {
        using var pao = new PaoListener(_ => (status, body));

        var ended = await PaoCommand.RunWithAsync(Key, "whoami", "--url", pao.Url);

        Assert.Equal((2, $"pao: the service answered {status}\n"), (ended.ExitCode, ended.Errors));
    }

    [Theory]
    [InlineData("<html>Sign in</html>")]
    [InlineData("")]
    [InlineData("[]")]
    public async Task What_is_answered_by_somebody_else_is_not_taken_for_done(string body)
    {
        using var pao = new PaoListener(_ => (200, body));

        foreach (var command in (string[][])[["principals", "disable", "mallory"], ["principals", "list"], ["keys", "create", "ada"], ["audit", "export"]])
        {
            var ended = await PaoCommand.RunWithAsync(Key, [.. command, "--url", pao.Url]);

            Assert.Equal((2, ""), (ended.ExitCode, ended.Output));
            Assert.Contains("but not as PAO does", ended.Errors, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("""{"code":5,"message":"not found"}""", "pao: the service answered 404\n")]
    [InlineData("""{"code":"x","title":5,"detail":"a\u001b[2Kb"}""", "pao:  a\uFFFD[2Kb (404 x, correlation id )\n")]
    public async Task A_problem_in_another_form_is_told_as_far_as_it_can_be_read(string body, string told)
    {
        using var pao = new PaoListener(_ => (404, body));

        var ended = await PaoCommand.RunWithAsync(Key, "whoami", "--url", pao.Url);

        Assert.Equal((2, told), (ended.ExitCode, ended.Errors));
    }

    [Fact]
    public async Task Nothing_that_the_service_has_steers_the_terminal()
    {
        using var pao = new PaoListener(_ => (200, """{"data":[{"id":"ada","state":"active","roles":[],"teams":[],"name":"\u001b]0;x\u0007\u009b2JAda"}],"pagination":{}}"""));

        var ended = await PaoCommand.RunWithAsync(Key, "principals", "list", "--url", pao.Url);

        Assert.Contains("\uFFFD]0;x\uFFFD\uFFFD2JAda", ended.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_export_is_written_as_it_comes_and_nothing_else()
    {
        using var pao = new PaoListener(_ => (200, "{\"n\":1}\n"), "application/jsonl");

        var ended = await PaoCommand.RunWithAsync(Key, "audit", "export", "--format", "json", "--url", pao.Url);

        Assert.Equal((0, "{\"n\":1}\n"), (ended.ExitCode, ended.Output));
    }

    [Fact]
    public async Task A_name_that_begins_with_an_at_sign_is_no_file_of_arguments()
    {
        using var pao = new PaoListener(_ => (200, "{}"));

        await PaoCommand.RunWithAsync(Key, "principals", "put", "ada", "--team", "@platform", "--url", pao.Url);

        Assert.Equal("""{"roles":[],"teams":["@platform"],"identities":[]}""", Assert.Single(pao.Asked).Body);
    }

    [Fact]
    public async Task What_stays_on_this_machine_goes_by_no_proxy()
    {
        using var pao = new PaoListener(_ => (200, "{}"));
        using var proxy = new PaoListener(_ => (200, "{}"));

        await PaoCommand.RunWithAsync(
            new Dictionary<string, string?>(Key) { ["HTTP_PROXY"] = proxy.Url, ["http_proxy"] = proxy.Url, ["NO_PROXY"] = null, ["no_proxy"] = null },
            "whoami", "--url", pao.Url);

        Assert.Single(pao.Asked);
        Assert.Empty(proxy.Asked);
    }

    [Fact]
    public async Task A_made_key_is_written_as_a_profile_of_a_credentials_file()
    {
        using var pao = new PaoListener(_ => (201, """{"id":"PAOK1","secret":"s/+=","principal_id":"ada","state":"active"}"""));

        var ended = await PaoCommand.RunWithAsync(Key, "keys", "create", "ada", "--expires", "2027-01-02T03:04:05+01:00", "--url", pao.Url);

        Assert.Equal("[ada]\naws_access_key_id = PAOK1\naws_secret_access_key = s/+=\n", ended.Output);
        Assert.Equal(("POST /api/v1/principals/ada/keys", """{"expires_at":"2027-01-02T02:04:05Z"}"""), (pao.Asked.Single().Call, pao.Asked.Single().Body));
    }

    [Theory]
    [InlineData("keys", "create", "ada", "--url", "http://pao.example.com")]
    [InlineData("whoami", "--server-id", "pao.example.com", "--url", "http://pao.example.com")]
    public async Task Nothing_secret_crosses_a_network_in_clear(params string[] arguments)
    {
        var ended = await PaoCommand.RunWithAsync(Key, arguments);

        Assert.Equal(2, ended.ExitCode);
        Assert.Contains("in clear: call the service by https", ended.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Keys_come_from_where_aws_programs_take_them()
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, "[default]\naws_access_key_id = PAOKDEFAULT\naws_secret_access_key = one\n\n[other]\naws_access_key_id=PAOKOTHER\naws_secret_access_key=two\naws_session_token=three\n", Cancellation);
        using var pao = new PaoListener(_ => (200, """{"id":"ada"}"""));
        var none = new Dictionary<string, string?>(Key) { ["AWS_ACCESS_KEY_ID"] = null, ["AWS_SECRET_ACCESS_KEY"] = null, ["AWS_SHARED_CREDENTIALS_FILE"] = file, ["PAO_URL"] = pao.Url };

        await PaoCommand.RunWithAsync(none, "whoami");
        await PaoCommand.RunWithAsync(none, "whoami", "--profile", "other");
        await PaoCommand.RunWithAsync(new Dictionary<string, string?>(none) { ["AWS_ACCESS_KEY_ID"] = "PAOKENV", ["AWS_SECRET_ACCESS_KEY"] = "x" }, "whoami");
        var missing = await PaoCommand.RunWithAsync(none, "whoami", "--profile", "third");
        File.Delete(file);
        var nothing = await PaoCommand.RunWithAsync(none, "whoami");

        Assert.Equal(
            ["PAOKDEFAULT", "PAOKOTHER", "PAOKENV"], pao.Asked.Select(asked => $"{asked.Authorization}".Split('/')[0].Split('=')[^1]));
        Assert.Contains("x-amz-security-token", pao.Asked.ElementAt(1).Authorization, StringComparison.Ordinal);
        Assert.Contains("under [third]", missing.Errors, StringComparison.Ordinal);
        Assert.Contains("there is no access key", nothing.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_service_that_is_not_there_is_told()
    {
        using var gone = new PaoListener(_ => (200, "{}"));
        gone.Dispose();

        var ended = await PaoCommand.RunWithAsync(Key, "whoami", "--url", gone.Url);

        Assert.Equal(2, ended.ExitCode);
        Assert.Contains($"{gone.Url}/ cannot be reached", ended.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("a-secret-that", ended.Errors + ended.Output, StringComparison.Ordinal);
    }
}
