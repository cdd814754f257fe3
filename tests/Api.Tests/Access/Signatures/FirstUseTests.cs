using System.Net;
using Microsoft.Data.Sqlite;
using Pao.Api.Tests.Harness;

namespace Pao.Api.Tests.Access.Signatures;

/// <summary>A signature of a call that changes something is used up by being carried out, and by nothing else.</summary>
public sealed class FirstUseTests : IAsyncLifetime
{
    // The second call of a principal within the period is refused.
    private readonly Service _service = new()
    {
        Settings = new Dictionary<string, string>
        {
            ["Pao:CallerLimits:PerPrincipal:Calls"] = "1",
            ["Pao:CallerLimits:PerPrincipal:Burst"] = "1",
            ["Pao:CallerLimits:PerPrincipal:Period"] = "00:00:06",
        },
    };

    private HttpClient? _stranger;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private HttpClient Stranger => _stranger ?? throw new InvalidOperationException("Not started.");

    public async ValueTask InitializeAsync()
    {
        await _service.InitializeAsync();
        _stranger = _service.Stranger();
    }

    public async ValueTask DisposeAsync()
    {
        _stranger?.Dispose();
        await _service.DisposeAsync();
    }

    [Fact]
    public async Task A_call_that_its_limits_refuse_writes_nothing_and_is_let_in_as_it_is_when_they_allow_it()
    {
        var signer = await EnrolAsync("hasty", "admin");
        var call = signer.Sign(HttpMethod.Post, "/api/v1/principals/hasty/keys");
        Assert.Equal(HttpStatusCode.OK, await Administration.MeAsync(Stranger, signer));

        using var refused = await Stranger.SendAsync(TestSigner.Copy(call), Cancellation);
        await ProblemAssert.IsProblemAsync(refused, HttpStatusCode.TooManyRequests, "limit.rate");
        Assert.Equal(0, await SeenAsync());

        Assert.Equal(HttpStatusCode.Created, await WhenLetInAsync(call));
        Assert.Equal(1, await SeenAsync());
        Assert.Equal(HttpStatusCode.Unauthorized, await WhenLetInAsync(call));
    }

    [Fact]
    public async Task A_call_that_roles_refuse_writes_nothing_and_is_let_in_as_it_is_when_they_allow_it()
    {
        var signer = await EnrolAsync("humble");
        var call = signer.Sign(HttpMethod.Post, "/api/v1/principals/humble/keys");

        using var refused = await Stranger.SendAsync(TestSigner.Copy(call), Cancellation);
        await ProblemAssert.IsProblemAsync(refused, HttpStatusCode.Forbidden, "access.forbidden");
        Assert.Equal(0, await SeenAsync());

        using var admin = _service.Client();
        await Administration.PutAsync(admin, "humble", new { roles = (string[])["admin"] });
        Assert.Equal(HttpStatusCode.Created, await WhenLetInAsync(call));
    }

    [Fact]
    public async Task Of_the_same_calls_at_once_one_is_carried_out_and_the_others_are_told_what_everybody_is()
    {
        using var admin = _service.Client();
        await Administration.PutAsync(admin, "ada", new { });
        var call = TestSigner.OfFirstKey(_service).Sign(HttpMethod.Post, "/api/v1/principals/ada/keys");

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => Stranger.SendAsync(TestSigner.Copy(call), Cancellation))));

        Assert.Single(answers, answer => answer.StatusCode is HttpStatusCode.Created);
        foreach (var answer in answers.Where(answer => answer.StatusCode is not HttpStatusCode.Created))
            await ProblemAssert.IsProblemAsync(answer, HttpStatusCode.Unauthorized, "access.unauthenticated");
        Assert.Single((await Service.GetAsync(admin, "/api/v1/principals/ada/keys"))["data"]!.AsArray());
        var failed = await Service.WaitForAsync(admin, "/api/v1/audit?action=login.fail", page => page["data"]!.AsArray().Count > 0);
        Assert.Equal("The signature: Replayed.", (string?)failed["data"]![0]!["requestParameters"]!["reason"]);
        foreach (var answer in answers)
            answer.Dispose();
    }

    private async Task<TestSigner> EnrolAsync(string id, params string[] roles)
    {
        using var admin = _service.Client();
        await Administration.PutAsync(admin, id, new { roles });
        return await Administration.IssueAsync(admin, id);
    }

    private async Task<HttpStatusCode> WhenLetInAsync(HttpRequestMessage call)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        for (var tries = 0; tries < 300; tries++)
        {
            using var answer = await Stranger.SendAsync(TestSigner.Copy(call), Cancellation);
            if (answer.StatusCode is not (HttpStatusCode.TooManyRequests or HttpStatusCode.Forbidden))
                return answer.StatusCode;
            await timer.WaitForNextTickAsync(Cancellation);
        }

        throw new TimeoutException("It was not let in.");
    }

    private async Task<long> SeenAsync()
    {
        await using var connection = new SqliteConnection($"Data Source={Path.Combine(_service.DataDirectory, "pao.db")};Pooling=false;Default Timeout=10");
        await connection.OpenAsync(Cancellation);
        await using var command = connection.CreateCommand();
        command.CommandText = "select count(*) from seen_signatures";
        return (long)(await command.ExecuteScalarAsync(Cancellation) ?? 0L);
    }
}
