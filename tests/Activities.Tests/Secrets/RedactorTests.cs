using System.Collections.Concurrent;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Pao.Activities.Secrets;

namespace Pao.Activities.Tests.Secrets;

public sealed class RedactorTests
{
    private const string Secret = "p@ss \"word\"/ü+?";

    private readonly Redactor _redactor = new();

    public static TheoryData<string> Forms =>
    [
        Secret,
        Uri.EscapeDataString(Secret),
        Uri.EscapeDataString(Secret).Replace("%2F", "%2f", StringComparison.Ordinal).Replace("%C3%BC", "%c3%bc", StringComparison.Ordinal)
            .Replace("%2B", "%2b", StringComparison.Ordinal).Replace("%3F", "%3f", StringComparison.Ordinal),
        JsonEncodedText.Encode(Secret).Value,
        JsonEncodedText.Encode(Secret, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).Value,
        Convert.ToBase64String(Encoding.UTF8.GetBytes(Secret)),
        Convert.ToBase64String(Encoding.UTF8.GetBytes(Secret)).TrimEnd('=').Replace('+', '-').Replace('/', '_'),
    ];

    [Theory]
    [MemberData(nameof(Forms))]
    public void A_secret_is_masked_in_every_form(string form)
    {
        _redactor.Protect(Secret);

        Assert.Equal("before ***, *** after", _redactor.Mask($"before {form}, {form} after"));
        Assert.Equal("***", _redactor.Mask(form));
    }

    [Fact]
    public void A_text_without_secrets_stays_the_same_text()
    {
        const string Text = "nothing of it: p@ss \"wor";
        Assert.Same(Text, _redactor.Mask(Text));
        _redactor.Protect(Secret);

        Assert.Same(Text, _redactor.Mask(Text));
        Assert.Equal("", _redactor.Mask(""));
    }

    [Fact]
    public void The_longest_secret_goes_first_and_long_ones_are_compared_to_their_end()
    {
        var begin = new string('x', 40);
        foreach (var secret in new[] { "abcd", "abcdef", begin + "1", begin + "2-and-more" })
            _redactor.Protect(secret);

        Assert.Equal("*** ***g ***cde", _redactor.Mask("abcd abcdefg abcdcde"));
        Assert.Equal($"*** *** {begin}3", _redactor.Mask($"{begin}1 {begin}2-and-more {begin}3"));
    }

    [Fact]
    public void What_is_too_short_to_be_told_from_other_text_is_left_alone()
    {
        _redactor.Protect("abc");
        _redactor.Protect("");

        Assert.Equal("abc", _redactor.Mask("abc"));
    }

    [Fact]
    public void What_is_known_is_bounded_and_what_is_used_stays_known()
    {
        _redactor.Protect("always-in-use");
        for (var n = 0; n < 2 * Redactor.Capacity; n++)
        {
            _redactor.Protect($"secret-number-{n:d6}");
            if (n % 1000 is 0)
                _redactor.Protect("always-in-use");
        }

        Assert.Equal("*** secret-number-000000 ***", _redactor.Mask($"always-in-use secret-number-000000 secret-number-{(2 * Redactor.Capacity) - 1:d6}"));
    }

    [Fact]
    public void Secrets_may_come_while_texts_are_masked() =>
        Parallel.For(0, 500, n =>
        {
            _redactor.Protect($"secret-{n:d4}");
            Assert.Equal("a *** b", _redactor.Mask($"a secret-{n:d4} b"));
        });

    [Fact]
    public void No_line_of_the_log_has_a_secret_in_its_text_its_values_or_its_exception()
    {
        var log = new Lines();
        using var services = new ServiceCollection()
            .AddLogging(logging => logging.AddProvider(log).SetMinimumLevel(LogLevel.Information))
            .AddRedaction()
            .BuildServiceProvider();
        services.GetRequiredService<Redactor>().Protect(Secret);
        var logger = services.GetRequiredService<ILogger<RedactorTests>>();

#pragma warning disable CA1848, CA1873, CA2254 // what others write is at stake
        logger.LogInformation("Called {Url} with {Count}", $"https://a/?key={Uri.EscapeDataString(Secret)}", 3);
        logger.LogWarning(new InvalidOperationException($"no {Secret}", new IOException($"inner {Secret}")), "It failed.");
        logger.LogInformation("Nothing to hide: {Count}", 4);
        logger.LogDebug("not enabled");
#pragma warning restore CA1848, CA1873, CA2254

        Assert.Equal(
            [
                "Information Called https://a/?key=*** with 3 | Url=https://a/?key=*** Count=3 {OriginalFormat}=Called {Url} with {Count} | ",
                "Information Nothing to hide: 4 | Count=4 {OriginalFormat}=Nothing to hide: {Count} | ",
                "Warning It failed. | {OriginalFormat}=It failed. | System.InvalidOperationException: no ***",
            ],
            log.All.Select(line => line.Split('\n')[0].Split(" --->")[0]).Order());
        Assert.Contains("inner ***", log.All.Single(line => line.StartsWith("Warning", StringComparison.Ordinal)));
        Assert.DoesNotContain(log.All, line => line.Contains("word", StringComparison.Ordinal));
    }

    private sealed class Lines : ILoggerProvider, ILogger
    {
        public ConcurrentBag<string> All { get; } = [];

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            var values = state is IEnumerable<KeyValuePair<string, object?>> pairs ? string.Join(' ', pairs.Select(pair => $"{pair.Key}={pair.Value}")) : "";
            All.Add($"{logLevel} {formatter(state, exception)} | {values} | {exception}");
        }

        public void Dispose()
        {
        }
    }
}
