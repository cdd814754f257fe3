using System.Text.Json.Nodes;
using Pao.EndToEnd.Tests.Programs;

namespace Pao.EndToEnd.Tests;

/// <summary>Principals and keys as administrators manage them, in processes that share one database.</summary>
public sealed class KeyTests : EndToEndTest
{
    private const string SecretKey = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

    // Ten seconds, and what a machine under load adds.
    private static readonly TimeSpan Freshness = TimeSpan.FromSeconds(15);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_key_that_is_disabled_in_one_process_is_refused_by_all_within_ten_seconds()
    {
        var (one, other) = await TwoAsync();
        var admin = FirstKey(one);
        Assert.Equal("201", (await CurlAsync(admin, "PUT", $"{one.Url}/api/v1/principals/ada", """{"roles":["author"]}""")).Status);
        var (status, made) = await CurlAsync(admin, "POST", $"{one.Url}/api/v1/principals/ada/keys");
        Assert.Equal("201", status);
        var key = new Pair((string?)made?["id"] ?? "", (string?)made?["secret"] ?? "");
        foreach (var pao in (PaoProcess[])[one, other])
            Assert.Equal("ada", (string?)(await CurlAsync(key, "GET", $"{pao.Url}/api/v1/me")).Body?["id"]);

        Assert.Equal("200", (await CurlAsync(admin, "POST", $"{one.Url}/api/v1/principals/ada/keys/{key.Id}/disable")).Status);

        Assert.Equal("401", (await CurlAsync(key, "GET", $"{one.Url}/api/v1/me")).Status);
        await Until.TrueAsync(
            async () => (await CurlAsync(key, "GET", $"{other.Url}/api/v1/me")).Status == "401", () => "the other process refuses the key", Freshness);
        Assert.Equal("200", (await CurlAsync(admin, "POST", $"{one.Url}/api/v1/principals/ada/keys/{key.Id}/enable")).Status);
        await Until.TrueAsync(
            async () => (await CurlAsync(key, "GET", $"{other.Url}/api/v1/me")).Status == "200", () => "the other process takes the key again", Freshness);

        Assert.Equal("200", (await CurlAsync(admin, "POST", $"{one.Url}/api/v1/principals/ada/disable")).Status);
        Assert.Equal("401", (await CurlAsync(key, "GET", $"{one.Url}/api/v1/me")).Status);
        await Until.TrueAsync(
            async () => (await CurlAsync(key, "GET", $"{other.Url}/api/v1/me")).Status == "401", () => "the other process refuses the principal", Freshness);
        Assert.DoesNotContain(key.Secret, one.WholeOutput + other.WholeOutput, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_fleet_has_one_first_key_and_when_a_key_was_last_used_outlives_a_stop()
    {
        var (one, other) = await TwoAsync(first: new Pair("PAOKFLEETADMINISTRATOR", "fleet/secret+of/forty-characters-in-all="));
        var admin = new Pair("PAOKFLEETADMINISTRATOR", "fleet/secret+of/forty-characters-in-all=");
        await CurlAsync(admin, "PUT", $"{one.Url}/api/v1/principals/ada", "{}");
        var (_, made) = await CurlAsync(admin, "POST", $"{other.Url}/api/v1/principals/ada/keys");
        var key = new Pair((string?)made?["id"] ?? "", (string?)made?["secret"] ?? "");
        Assert.Equal("200", (await CurlAsync(key, "GET", $"{one.Url}/api/v1/me")).Status);

        await one.SignalAsync("TERM");
        await one.WaitForExitAsync(TimeSpan.FromSeconds(40));

        var keys = await CurlAsync(admin, "GET", $"{other.Url}/api/v1/principals/ada/keys");
        Assert.NotNull(keys.Body?["data"]?[0]?["last_used_at"]);
        Assert.False(File.Exists(Path.Combine(other.Data, "credentials")));
    }

    [Fact]
    public async Task Administrators_work_from_the_command_line()
    {
        var pao = Pao();
        await pao.StartAsync();
        var first = new Dictionary<string, string?> { ["AWS_SHARED_CREDENTIALS_FILE"] = Path.Combine(pao.Data, "credentials"), ["PAO_URL"] = pao.Url };

        Assert.Contains("local-admin", await CliAsync(first, "whoami"), StringComparison.Ordinal);
        var put = await CliAsync(first, "principals", "put", "ada+x@example.com", "--name", "Ada Lovelace", "--role", "author", "--team", "platform", "--team", "data", "--identity", "arn:aws:sts::123456789012:assumed-role/deployer/*");
        Assert.Contains("platform, data", put, StringComparison.Ordinal);
        Assert.Matches(@"(?m)^ID +STATE +ROLES +TEAMS +NAME\nada\+x@example\.com +active +author +platform, data +Ada Lovelace$", await CliAsync(first, "principals", "list"));
        var credentials = await CliAsync(first, "keys", "create", "ada+x@example.com");
        var file = Folder("ada-credentials");
        await File.WriteAllTextAsync(file, credentials, Cancellation);
        var ada = new Dictionary<string, string?>(first) { ["AWS_SHARED_CREDENTIALS_FILE"] = file, ["AWS_PROFILE"] = "ada+x@example.com" };
        var me = JsonNode.Parse(await CliAsync(ada, "whoami", "--format", "json"));
        Assert.Equal(("ada+x@example.com", "author"), ((string?)me?["id"], (string?)me?["roles"]?[1]));
        var key = (string?)JsonNode.Parse(await CliAsync(first, "keys", "list", "ada+x@example.com", "--format", "json"))?[0]?["id"] ?? "";
        Assert.Contains(key, credentials, StringComparison.Ordinal);

        var (code, errors) = await FailAsync(ada, "principals", "list");
        Assert.Equal((2, true), (code, errors.Contains("access.forbidden", StringComparison.Ordinal)));
        Assert.Contains("disabled", await CliAsync(first, "keys", "disable", "ada+x@example.com", key), StringComparison.Ordinal);
        Assert.Contains("access.unauthenticated", (await FailAsync(ada, "whoami")).Errors, StringComparison.Ordinal);
        await CliAsync(first, "keys", "delete", "ada+x@example.com", key);
        Assert.Contains("access_key.not_found", (await FailAsync(first, "keys", "enable", "ada+x@example.com", key)).Errors, StringComparison.Ordinal);
        Assert.Contains("disabled", await CliAsync(first, "principals", "disable", "ada+x@example.com"), StringComparison.Ordinal);
        Assert.Contains("active", await CliAsync(first, "principals", "enable", "ada+x@example.com"), StringComparison.Ordinal);
        Assert.Contains("/roles/0", (await FailAsync(first, "principals", "put", "bob", "--role", "king")).Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_aws_identity_calls_without_a_key_of_paos()
    {
        var pao = Pao();
        pao.Set("Pao__Access__Sts__ServerId", "pao.example.com");
        pao.Set("Pao__Access__Sts__Endpoints__0", $"{Sandbox.Url}/aws/sts");
        await pao.StartAsync();
        var key = new Pair("ASIADEPLOYER", "deployer/secret+key");
        await Sandbox.KnowCallerAsync(key.Id, key.Secret, "arn:aws:sts::123456789012:assumed-role/deployer/ci-7");
        var admin = FirstKey(pao);
        await CurlAsync(admin, "PUT", $"{pao.Url}/api/v1/principals/deployer", """{"identities":["arn:aws:sts::123456789012:assumed-role/deployer/*"]}""");
        var environment = new Dictionary<string, string?> { ["AWS_ACCESS_KEY_ID"] = key.Id, ["AWS_SECRET_ACCESS_KEY"] = key.Secret, ["PAO_URL"] = pao.Url };

        var me = await CliAsync(environment, "whoami", "--server-id", "pao.example.com", "--sts", $"{Sandbox.Url}/aws/sts");
        var (_, errors) = await FailAsync(environment, "whoami", "--server-id", "other.example.com", "--sts", $"{Sandbox.Url}/aws/sts");

        Assert.Contains("deployer", me, StringComparison.Ordinal);
        Assert.Contains("access.unauthenticated", errors, StringComparison.Ordinal);
        Assert.Equal("deployer", await MeBySmithyAsync(pao, key));

        await Sandbox.DisposeAsync();
        var known = TimeProvider.System.GetUtcNow().Second; // a token of the same second is the same one, and what STS said of it is kept
        await Until.TrueAsync(() => Task.FromResult(TimeProvider.System.GetUtcNow().Second != known), () => "the next second");
        var (_, away) = await FailAsync(environment, "whoami", "--server-id", "pao.example.com", "--sts", $"{Sandbox.Url}/aws/sts");
        Assert.Contains("503 access.unavailable", away, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_gateway_names_the_caller_when_it_is_believed()
    {
        var pao = Pao();
        pao.Set("Pao__Access__TrustedHeader__Name", "X-Caller-Identity");
        pao.Set("Pao__Access__TrustedHeader__Networks__0", "127.0.0.1/32");
        await pao.StartAsync();
        var admin = FirstKey(pao);
        await CurlAsync(admin, "PUT", $"{pao.Url}/api/v1/principals/ada", "{}");

        var named = await RunAsync("curl", ["-s", "-H", "X-Caller-Identity: ada", $"{pao.Url}/api/v1/me"], environment: null);
        var signedToo = await RunAsync(
            "curl", ["-s", "-H", "X-Caller-Identity: ada", "--aws-sigv4", "aws:amz:us-east-1:pao", "--user", $"{admin.Id}:{admin.Secret}", $"{pao.Url}/api/v1/me"], environment: null);

        Assert.Equal("ada", (string?)JsonNode.Parse(named.Output)?["id"]);
        Assert.Equal("access.unauthenticated", (string?)JsonNode.Parse(signedToo.Output)?["code"]);
    }

    /// <summary>Who one is with a token that a signer of others' has made.</summary>
    private async Task<string?> MeBySmithyAsync(PaoProcess pao, Pair key)
    {
        var call = new JsonObject
        {
            ["method"] = "GET",
            ["url"] = $"{Sandbox.Url}/aws/sts/?Action=GetCallerIdentity&Version=2011-06-15",
            ["headers"] = new JsonObject { ["x-pao-server-id"] = "pao.example.com" },
            ["id"] = key.Id,
            ["secret"] = key.Secret,
            ["region"] = "us-east-1",
            ["service"] = "sts",
        };
        var signed = await Signers.SignAsync("smithy-presigned", call);
        var token = System.Buffers.Text.Base64Url.EncodeToString(System.Text.Encoding.ASCII.GetBytes((string?)signed["url"] ?? ""));
        var (_, answer, _) = await RunAsync("curl", ["-s", "-H", $"Authorization: Bearer pao-sts-v1.{token}", $"{pao.Url}/api/v1/me"], environment: null);
        return (string?)JsonNode.Parse(answer)?["id"];
    }

    private async Task<(PaoProcess One, PaoProcess Other)> TwoAsync(Pair? first = null)
    {
        var database = await NewDatabaseAsync("postgres");
        var (one, other) = (Pao(database, "one"), Pao(database, "other"));
        foreach (var pao in (PaoProcess[])[one, other])
        {
            pao.Set("Pao__RequestSecrets__Key", SecretKey);
            if (first is not null)
            {
                pao.Set("Pao__Access__FirstKey__Id", first.Id);
                pao.Set("Pao__Access__FirstKey__Secret", first.Secret);
            }

            await pao.StartAsync();
        }

        return (one, other);
    }

    private static Pair FirstKey(PaoProcess pao)
    {
        var lines = File.ReadAllLines(Path.Combine(pao.Data, "credentials"));
        string Value(string name) => lines.Single(line => line.StartsWith(name, StringComparison.Ordinal)).Split('=', 2)[1].Trim();
        return new Pair(Value("aws_access_key_id"), Value("aws_secret_access_key"));
    }

    private static async Task<(string Status, JsonNode? Body)> CurlAsync(Pair pair, string method, string url, string? body = null)
    {
        string[] data = body is null ? [] : ["-H", "Content-Type: application/json", "--data-binary", body];
        var (code, output, _) = await RunAsync(
            "curl", ["-s", "-w", "\n%{http_code}", "-X", method, "--aws-sigv4", "aws:amz:us-east-1:pao", "--user", $"{pair.Id}:{pair.Secret}", .. data, url], environment: null);
        Assert.Equal(0, code);
        var split = output.LastIndexOf('\n');
        return (output[(split + 1)..], split > 0 ? JsonNode.Parse(output[..split]) : null);
    }

    private static async Task<string> CliAsync(IReadOnlyDictionary<string, string?> environment, params string[] arguments)
    {
        var (code, output, errors) = await RunAsync(Repository.Program("Cli"), arguments, environment);
        Assert.True(code == 0, $"pao {string.Join(' ', arguments)} ended with {code}: {errors}");
        return output;
    }

    private static async Task<(int Code, string Errors)> FailAsync(IReadOnlyDictionary<string, string?> environment, params string[] arguments)
    {
        var (code, output, errors) = await RunAsync(Repository.Program("Cli"), arguments, environment);
        Assert.True(code != 0, $"pao {string.Join(' ', arguments)} did it: {output}");
        return (code, errors);
    }

    private static async Task<(int Code, string Output, string Errors)> RunAsync(
        string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string?>? environment)
    {
        var start = new System.Diagnostics.ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment ?? new Dictionary<string, string?>())
            start.Environment[name] = value;
        using var process = System.Diagnostics.Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start.");
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(Cancellation), process.StandardError.ReadToEndAsync(Cancellation));
        await process.WaitForExitAsync(Cancellation);
        return (process.ExitCode, await output, await errors);
    }

    private sealed record Pair(string Id, string Secret);
}
