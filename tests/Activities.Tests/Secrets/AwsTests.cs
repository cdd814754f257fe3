using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;

namespace Pao.Activities.Tests.Secrets;

public sealed class AwsTests(SandboxProcess sandbox) : StoreTest(sandbox), IClassFixture<SandboxProcess>, IDisposable
{
    private readonly List<string> _variables = [];

    public void Dispose() => _variables.ForEach(name => Environment.SetEnvironmentVariable(name, null));

    [Theory]
    [InlineData("AwsSecretsManager")]
    [InlineData("AwsParameterStore")]
    public async Task A_secret_is_read_whole_or_by_key(string type)
    {
        await PutAsync("/app/db", """{"username": "ada", "password": "s3cr3t-2"}""");
        await PutAsync("/app/token", "just a text");
        await using var actions = Aws(type);

        Assert.Equal("s3cr3t-2", await ReadAsync(actions, "aws./app/db#password"));
        Assert.Equal("just a text", await ReadAsync(actions, "aws./app/token#value"));
        Assert.Equal("action.secret_missing", (await FailAsync(actions, "aws./app/token#password")).Code);
    }

    [Theory]
    [InlineData("AwsSecretsManager", "ResourceNotFoundException")]
    [InlineData("AwsParameterStore", "ParameterNotFound")]
    public async Task What_is_not_there_is_no_matter_of_time(string type, string error)
    {
        await using var actions = Aws(type);

        var failure = await FailAsync(actions, "aws./absent#value");

        Assert.Equal(("action.secret_missing", false), (failure.Code, failure.Retryable));
        Assert.Contains(error, failure.Message);
        Assert.DoesNotContain("com.amazonaws", failure.Message);
    }

    [Theory]
    [InlineData("AccessKeyId", "AKIAOTHER", "UnrecognizedClientException")]
    [InlineData("SecretAccessKey", "wrong-secret-key", "InvalidSignatureException")]
    public async Task Keys_that_are_wrong_are_no_matter_of_time(string key, string value, string error)
    {
        await using var actions = Aws("AwsSecretsManager", null, (key, value));

        var failure = await FailAsync(actions, "aws./absent#value");

        Assert.Equal(("action.secret_missing", false), (failure.Code, failure.Retryable));
        Assert.Contains(error, failure.Message);
        Assert.DoesNotContain("wrong-secret-key", failure.Message);
    }

    [Theory]
    [InlineData("ThrottlingException", 2, null)]
    [InlineData("InternalServiceError", 2, null)]
    [InlineData("ThrottlingException", 3, "action.secret_unavailable")]
    [InlineData("DecryptionFailure", 1, "action.secret_missing")]
    public async Task Errors_that_pass_are_met_by_asking_again(string error, int times, string? code)
    {
        await PutAsync("/shaky", "value-of-shaky");
        await using var actions = Aws("AwsSecretsManager");
        await TellAsync(HttpMethod.Post, $"/aws/operator/fail/{times}?error={error}");

        if (code is null)
            Assert.Equal("value-of-shaky", await ReadAsync(actions, "aws./shaky#value"));
        else
            Assert.Equal(code, (await FailAsync(actions, "aws./shaky#value")).Code);
    }

    [Fact]
    public async Task A_role_is_taken_on_with_a_web_identity_and_anew_before_its_keys_run_out()
    {
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await PutAsync("/role", "value-of-role");
        Set("AWS_ROLE_ARN", "arn:aws:iam::1:role/pao");
        Set("AWS_WEB_IDENTITY_TOKEN_FILE", FileWith("sandbox-web-identity"));
        await using var actions = Aws(
            "AwsSecretsManager", clock, ("AccessKeyId", ""), ("SecretAccessKey", ""), ("StsAddress", $"{Url}/aws/sts"), ("CacheTime", "00:00:00"));

        await ReadAsync(actions, "aws./role#value");
        clock.Advance(TimeSpan.FromMinutes(10)); // AWS lets clocks differ by 15 minutes
        await ReadAsync(actions, "aws./role#value");
        Assert.Equal(1, await AssumedAsync());

        await using var other = Aws("AwsSecretsManager", null, ("AccessKeyId", ""), ("SecretAccessKey", ""), ("StsAddress", $"{Url}/aws/sts"));
        await ReadAsync(other, "aws./role#value"); // the sandbox ends the keys that it gave before
        Assert.Equal("value-of-role", await ReadAsync(actions, "aws./role#value"));
        Assert.Equal(3, await AssumedAsync());
    }

    [Fact]
    public async Task Without_keys_it_is_said_how_to_give_them()
    {
        await using var actions = Aws("AwsParameterStore", null, ("AccessKeyId", ""), ("SecretAccessKey", ""));

        Assert.Contains("set AccessKeyId and SecretAccessKey of the store, AWS_ACCESS_KEY_ID", (await FailAsync(actions, "aws./x#value")).Message);
    }

    private Task PutAsync(string name, string value) =>
        TellAsync(HttpMethod.Put, $"/aws/operator/secrets?name={Uri.EscapeDataString(name)}", JsonValue.Create(value));

    private Task<int> AssumedAsync() => CountAsync("/aws/operator/calls", "sts.AssumeRoleWithWebIdentity");

    private void Set(string name, string value)
    {
        Environment.SetEnvironmentVariable(name, value);
        _variables.Add(name);
    }

    private Actions Aws(string type, TimeProvider? clock = null, params (string Key, string Value)[] settings)
    {
        var all = new Dictionary<string, string>
        {
            ["Type"] = type,
            ["Address"] = $"{Url}/aws",
            ["Region"] = "eu-central-1",
            ["AccessKeyId"] = "AKIASANDBOX",
            ["SecretAccessKey"] = "sandbox/aws+secret",
        };
        foreach (var (key, value) in settings)
            all[key] = value;
        return new(null, clock, [.. all.Select(setting => ($"Pao:Secrets:Stores:aws:{setting.Key}", setting.Value))]);
    }
}
