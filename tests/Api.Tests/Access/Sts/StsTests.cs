using System.Buffers.Text;
using System.Net;
using System.Text;
using Pao.Api.Tests.Harness;

namespace Pao.Api.Tests.Access.Sts;

public sealed class StsTests : IAsyncLifetime
{
    private const string ServerId = "pao.example.com";
    private const string Session = "arn:aws:sts::123456789012:assumed-role/deployer/ci-1";

    private static readonly TestSigner Caller = new("ASIATESTDEPLOYER", "deployer/secret+of/the-role");

    private StsServer? _sts;
    private Service? _service;

    private StsServer Sts => _sts ?? throw new InvalidOperationException("Not started.");

    private Service Service => _service ?? throw new InvalidOperationException("Not started.");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _sts = await StsServer.StartAsync();
        _sts.Identities.Add(Caller.KeyId, Caller.Secret, Session);
        _service = new Service
        {
            Settings = new Dictionary<string, string>
            {
                ["Pao:Access:Sts:ServerId"] = ServerId,
                ["Pao:Access:Sts:Endpoints:0"] = _sts.Endpoint,
                ["Pao:Access:Sts:Timeout"] = "00:00:02",
            },
        };
        await _service.InitializeAsync();
        using var admin = _service.Client();
        await Administration.PutAsync(admin, "deployer", new { roles = (string[])["author"], identities = (string[])["arn:aws:sts::123456789012:assumed-role/deployer/*"] });
    }

    public async ValueTask DisposeAsync()
    {
        await Service.DisposeAsync();
        await Sts.DisposeAsync();
    }

    [Fact]
    public async Task Whom_aws_knows_is_let_in_as_the_principal_that_has_its_identity_and_aws_is_asked_once()
    {
        var token = Token();

        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => SendAsync(token)));
        using var later = await SendAsync(token);

        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.OK, answer.StatusCode));
        Assert.Equal("deployer", (string?)(await Service.ReadAsync(later))["id"]);
        Assert.Equal(1, Sts.Calls);
        Assert.Equal((ServerId, "application/json"), (Sts.Seen["X-Pao-Server-Id"], Sts.Seen["Accept"]));
        Assert.DoesNotContain("Authorization", Sts.Seen.Keys);
        Assert.DoesNotContain(Service.Log.Lines, line => line.Contains(token[20..], StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_token_that_is_no_call_of_get_caller_identity_signed_for_this_service_is_never_called()
    {
        var good = Url();
        var endpoint = Sts.Endpoint;
        (string What, string Token)[] tokens =
        [
            ("another service's name", Token(Presign(header: ("x-k8s-aws-id", ServerId)))),
            ("one more header", Token(Presign(more: ("x-more", "1")))),
            ("no name", Token(Presign(header: ("x-other", "1")))),
            ("another action", Token(Presign(action: "AssumeRole"))),
            ("another version", Token(Presign(version: "2010-05-08"))),
            ("a parameter more", Token(Presign(parameter: ("RoleArn", "arn:aws:iam::1:role/x")))),
            ("a longer life", Token(Presign(seconds: "901"))),
            ("no life", Token(Presign(seconds: "0"))),
            ("another service", Token(Presign(service: "s3"))),
            ("from the past", Token(Presign(age: TimeSpan.FromMinutes(15)))),
            ("from the future", Token(Presign(age: TimeSpan.FromMinutes(-6)))),
            ("from the end of time", Token(Presign(seconds: "900", age: TimeProvider.System.GetUtcNow() - new DateTimeOffset(9999, 12, 31, 23, 59, 59, TimeSpan.Zero)))),
            ("another host", Token(good.Replace("127.0.0.1", "127.0.0.2", StringComparison.Ordinal))),
            ("a user before the host", Token(good.Replace("http://", "http://sts@", StringComparison.Ordinal))),
            ("another scheme", Token(good.Replace("http://", "https://", StringComparison.Ordinal))),
            ("another path", Token(good.Replace($"{endpoint}?", $"{endpoint}x?", StringComparison.Ordinal))),
            ("a path that is none", Token(good.Replace($"{endpoint}?", $"{endpoint}./?", StringComparison.Ordinal))),
            ("a fragment", Token($"{good}#x")),
            ("a parameter twice", Token($"{good}&Action=GetCallerIdentity")),
            ("a parameter in another case", Token(good.Replace("Action=", "action=", StringComparison.Ordinal))),
            ("a line break", Token($"{good}\r\nX-More: 1")),
            ("no prefix", $"Bearer {Base64Url.EncodeToString(Encoding.UTF8.GetBytes(good))}"),
            ("no base64", "Bearer pao-sts-v1.!!!"),
            ("nothing", "Bearer pao-sts-v1."),
            ("too long", $"Bearer pao-sts-v1.{new string('a', 5000)}"),
        ];

        foreach (var (what, token) in tokens)
        {
            using var answer = await SendAsync(token);
            Assert.True(answer.StatusCode is HttpStatusCode.Unauthorized, $"{what}: {answer.StatusCode}");
        }

        Assert.Equal(0, Sts.Calls);
    }

    [Fact]
    public async Task What_aws_refuses_is_refused_and_asked_once()
    {
        var url = Url();
        var forged = Token(url[..^1] + (url[^1] is '0' ? '1' : '0'));

        using var first = await SendAsync(forged);
        using var second = await SendAsync(forged);

        await ProblemAssert.IsProblemAsync(first, HttpStatusCode.Unauthorized, "access.unauthenticated");
        Assert.Equal(HttpStatusCode.Unauthorized, second.StatusCode);
        Assert.Equal(1, Sts.Calls);
    }

    [Fact]
    public async Task Whom_aws_knows_and_nobody_here_is_not_let_in()
    {
        var other = new TestSigner("ASIATESTOTHER", "other-secret");
        Sts.Identities.Add(other.KeyId, other.Secret, "arn:aws:sts::123456789012:assumed-role/other/ci-1");

        using var answer = await SendAsync(Token(Presign(signer: other)));

        await ProblemAssert.IsProblemAsync(answer, HttpStatusCode.Unauthorized, "access.unauthenticated");
        Assert.Equal(1, Sts.Calls);
    }

    [Theory]
    [InlineData(500, "")]
    [InlineData(503, """{"Error":{"Code":"ServiceUnavailable"}}""")]
    [InlineData(400, """{"Error":{"Code":"Throttling"}}""")]
    [InlineData(429, "")]
    [InlineData(302, "")]
    public async Task While_aws_is_away_nobody_can_tell_and_later_one_is_let_in(int status, string body)
    {
        var token = Token();
        Sts.Failure = (status, body);

        using var away = await SendAsync(token);
        Sts.Failure = null;
        using var back = await SendAsync(token);

        await ProblemAssert.IsProblemAsync(away, HttpStatusCode.ServiceUnavailable, "access.unavailable");
        Assert.NotNull(away.Headers.RetryAfter);
        Assert.Equal(HttpStatusCode.OK, back.StatusCode);
    }

    [Fact]
    public async Task A_token_that_cannot_be_checked_is_no_failed_login_in_the_audit()
    {
        Sts.Failure = (503, "");
        using var away = await SendAsync(Token());
        Sts.Failure = null;
        using var admin = _service!.Client();

        var told = await Service.WaitForAsync(admin, "/api/v1/audit?action=login.fail", page => page["data"]!.AsArray().Count > 0);

        Assert.Equal("access.unavailable", (string?)Assert.Single(told["data"]!.AsArray())!["errorCode"]);
    }

    [Fact]
    public async Task An_aws_that_does_not_answer_holds_nobody_up_for_long()
    {
        await Sts.Held.WaitAsync(Cancellation);
        using var answer = await SendAsync(Token());
        Sts.Held.Release();

        await ProblemAssert.IsProblemAsync(answer, HttpStatusCode.ServiceUnavailable, "access.unavailable");
    }

    [Theory]
    [InlineData("""{"GetCallerIdentityResponse":{"GetCallerIdentityResult":{"Arn":"arn:aws:iam::123456789012:root"}}}""")]
    [InlineData("""{"GetCallerIdentityResponse":{"GetCallerIdentityResult":{"Arn":7}}}""")]
    [InlineData("<xml/>")]
    public async Task An_answer_without_an_identity_lets_nobody_in(string body)
    {
        Sts.Failure = (200, body);

        using var answer = await SendAsync(Token());

        await ProblemAssert.IsProblemAsync(answer, HttpStatusCode.Unauthorized, "access.unauthenticated");
    }

    [Fact]
    public async Task Tokens_that_aws_is_asked_about_keep_out_each_other_and_nobody_else()
    {
        await using var service = new Service
        {
            Settings = new Dictionary<string, string>(Service.Settings) { ["Pao:Limits:Calls"] = "4", ["Pao:Access:Sts:Timeout"] = "00:00:20" },
        };
        await service.InitializeAsync();
        using var admin = service.Client();
        await Sts.Held.WaitAsync(Cancellation);

        var asking = Enumerable.Range(0, 8).Select(number => SendAsync(
            service, Token(Presign(signer: new TestSigner($"ASIATESTMADEUP{number}", "nothing"))))).ToList();
        await Service.WaitForAsync(admin, "/api/v1/version", _ => Sts.Calls > 0);
        for (var call = 0; call < 20; call++)
        {
            using var answer = await admin.GetAsync("/api/v1/me", Cancellation);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }

        Sts.Held.Release();
        await Task.WhenAll(asking);
    }

    [Fact]
    public async Task A_principal_that_is_disabled_is_not_let_in_although_aws_knows_it()
    {
        var token = Token();
        using var before = await SendAsync(token);
        using var admin = Service.Client();
        await Administration.PostAsync(admin, "/api/v1/principals/deployer/disable");

        using var after = await SendAsync(token);

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.Unauthorized), (before.StatusCode, after.StatusCode));
    }

    private Task<HttpResponseMessage> SendAsync(string authorization) => SendAsync(Service, authorization);

    private static Task<HttpResponseMessage> SendAsync(Service service, string authorization)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/me");
        request.Headers.TryAddWithoutValidation("Authorization", authorization);
        return service.Stranger().SendAsync(request, Cancellation);
    }

    private string Token() => Token(Url());

    private static string Token(string url) => $"Bearer pao-sts-v1.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(url))}";

    private string Url() => Presign();

    private string Presign(
        TestSigner? signer = null,
        (string Name, string Value)? header = null,
        (string Name, string Value)? more = null,
        (string Name, string Value)? parameter = null,
        string action = "GetCallerIdentity",
        string version = "2011-06-15",
        string seconds = "60",
        string service = "sts",
        TimeSpan age = default)
    {
        Dictionary<string, string> headers = new() { [header?.Name ?? "x-pao-server-id"] = header?.Value ?? ServerId };
        Dictionary<string, string> parameters = new() { ["Action"] = action, ["Version"] = version, ["X-Amz-Expires"] = seconds };
        if (more is var (name, value))
            headers[name] = value;
        if (parameter is var (parameterName, parameterValue))
            parameters[parameterName] = parameterValue;
        return (signer ?? Caller).Presign(Sts.Endpoint, service, parameters, headers, TimeProvider.System.GetUtcNow() - age);
    }
}
