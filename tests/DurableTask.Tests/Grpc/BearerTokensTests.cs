using Azure.Core;
using Microsoft.Extensions.Time.Testing;
using Pao.DurableTask.Grpc;

namespace Pao.DurableTask.Tests.Grpc;

public sealed class BearerTokensTests
{
    private readonly FakeTimeProvider _time = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_identitys_token_is_kept_until_five_minutes_before_its_end()
    {
        var identity = new Identity(_time);
        var tokens = BearerTokens.FromAzure(identity, _time);

        Assert.Equal("token-1", await tokens.GetAsync(Cancellation));
        _time.Advance(TimeSpan.FromMinutes(54));
        Assert.Equal("token-1", await tokens.GetAsync(Cancellation));
        _time.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal("token-2", await tokens.GetAsync(Cancellation));
        Assert.Equal(["https://durabletask.io/.default"], identity.Scopes.Distinct());
    }

    [Fact]
    public async Task Callers_that_come_together_wait_for_one_token()
    {
        var identity = new Identity(_time) { Gate = new(TaskCreationOptions.RunContinuationsAsynchronously) };
        var tokens = BearerTokens.FromAzure(identity, _time);

        var callers = Enumerable.Range(0, 8).Select(_ => tokens.GetAsync(Cancellation).AsTask()).ToList();
        identity.Gate.SetResult();

        Assert.All(await Task.WhenAll(callers), token => Assert.Equal("token-1", token));
    }

    [Fact]
    public async Task A_failure_is_not_kept()
    {
        var identity = new Identity(_time) { Failures = 1 };
        var tokens = BearerTokens.FromAzure(identity, _time);

        await Assert.ThrowsAsync<InvalidOperationException>(() => tokens.GetAsync(Cancellation).AsTask());

        Assert.Equal("token-2", await tokens.GetAsync(Cancellation));
    }

    [Fact]
    public async Task A_tokens_file_is_read_again_after_a_minute()
    {
        var file = Path.GetTempFileName();
        try
        {
            var connection = TaskHubConnection.Parse($"Endpoint=http://127.0.0.1:4001;TaskHub=h;Authentication=Token;TokenFilePath={file}");
            var tokens = BearerTokens.Of(connection, _time) ?? throw new InvalidOperationException("The connection needs a token.");
            await Assert.ThrowsAsync<InvalidOperationException>(() => tokens.GetAsync(Cancellation).AsTask());

            await File.WriteAllTextAsync(file, "first\n", Cancellation);
            Assert.Equal("first", await tokens.GetAsync(Cancellation));
            await File.WriteAllTextAsync(file, "second\n", Cancellation);
            Assert.Equal("first", await tokens.GetAsync(Cancellation));
            _time.Advance(TimeSpan.FromSeconds(61));
            Assert.Equal("second", await tokens.GetAsync(Cancellation));
        }
        finally
        {
            File.Delete(file);
        }
    }

    /// <summary>Gives tokens that are good for an hour.</summary>
    private sealed class Identity(TimeProvider time) : TokenCredential
    {
        private int _given;

        public TaskCompletionSource? Gate { get; init; }

        public int Failures { get; init; }

        public List<string> Scopes { get; } = [];

        public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public override async ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken)
        {
            var number = Interlocked.Increment(ref _given);
            lock (Scopes)
                Scopes.AddRange(requestContext.Scopes);
            if (Gate is not null)
                await Gate.Task;
            return number > Failures
                ? new AccessToken($"token-{number}", time.GetUtcNow().AddHours(1))
                : throw new InvalidOperationException("No identity.");
        }
    }
}
