using System.Diagnostics;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Pao.Activities.Secrets;
using Pao.Api.Telemetry;
using Pao.Api.Telemetry.Logs;

namespace Pao.Api.Tests.Telemetry;

public sealed class LogTests : IDisposable
{
    private static readonly Action<ILogger, string, Guid, Exception?> ActionDone =
        LoggerMessage.Define<string, Guid>(LogLevel.Warning, new EventId(1), "Action {Action} of request {Request}\nis \"done\".");

    private static readonly Func<ILogger, string, string, IDisposable?> Call =
        LoggerMessage.DefineScope<string, string>("CorrelationId:{CorrelationId} Action:{Action}");

    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().AddSingleton<ProcessMetrics>().BuildServiceProvider();
    private readonly Guid _request = new("01a22035-0aad-72c7-965d-e34614804a1c");

    private ProcessMetrics Metrics => _services.GetRequiredService<ProcessMetrics>();

    public void Dispose() => _services.Dispose();

    [Fact]
    public void A_line_is_one_JSON_object_with_the_ids_by_which_it_is_found()
    {
        using var span = new Activity("call").SetIdFormat(ActivityIdFormat.W3C).Start();

        var line = Assert.Single(Written((logger, _) =>
        {
            using var call = Call(logger, "corr-1", "outer");
            ActionDone(logger, "first", _request, null);
        }));

        Assert.Equal(
            ("2026-11-28T03:00:00Z", "warning", "Tests", "Action first of request 01a22035-0aad-72c7-965d-e34614804a1c\nis \"done\"."),
            (Text(line, "time"), Text(line, "level"), Text(line, "category"), Text(line, "message")));
        Assert.Equal(
            ("corr-1", $"{_request}", "first", span.TraceId.ToHexString(), span.SpanId.ToHexString()),
            (Text(line, "correlation_id"), Text(line, "request_id"), Text(line, "action_id"), Text(line, "trace_id"), Text(line, "span_id")));
        Assert.Null(line["exception"]);
    }

    [Fact]
    public void A_secret_is_masked_in_the_message_and_in_the_exception()
    {
        var line = Assert.Single(Written((logger, redactor) =>
        {
            redactor.Protect("hunter2-and-more");
            ActionDone(logger, "hunter2-and-more", _request, new InvalidOperationException("It was hunter2-and-more."));
        }));

        Assert.DoesNotContain("hunter2", line.ToJsonString(), StringComparison.Ordinal);
        Assert.Contains("It was ***.", Text(line, "exception"), StringComparison.Ordinal);
        Assert.Equal("***", Text(line, "action_id"));
    }

    [Fact]
    public async Task Who_logs_never_waits_for_who_reads_and_what_was_dropped_is_counted()
    {
        var output = new BlockedOutput();
        var dropped = 0L;
        using var listener = Listen(count => dropped = count);
        var queue = new LogQueue(output, length: 100, Metrics);

        queue.Add("first\n");
        await output.Blocked.WaitAsync(TestContext.Current.CancellationToken);
        for (var i = 0; i < 1000; i++)
            queue.Add($"line {i}\n");
        listener.RecordObservableInstruments();

        output.Open();
        queue.Dispose();
        Assert.Equal(900, dropped);
        Assert.Equal(101, output.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [Fact]
    public void An_output_that_nobody_ever_reads_does_not_keep_the_process_from_ending()
    {
        var output = new BlockedOutput();
        var queue = new LogQueue(output, length: 10, Metrics);
        queue.Add("first\n");

        var begun = TimeProvider.System.GetTimestamp();
        queue.Dispose();
        var took = TimeProvider.System.GetElapsedTime(begun);
        output.Open(); // whatever comes of it: it has the turn of all others

        Assert.InRange(took.TotalSeconds, 0, 10);
    }

    [Fact]
    public void After_a_write_that_failed_the_next_lines_are_written()
    {
        var output = new FullDisk();
        var queue = new LogQueue(output, length: 10, Metrics);
        queue.Add("lost\n");
        SpinWait.SpinUntil(() => output.Failed, TimeSpan.FromSeconds(10));
        queue.Add("kept\n");

        queue.Dispose();

        Assert.Equal("kept\n", Encoding.UTF8.GetString(output.ToArray()));
    }

    private static string? Text(JsonNode line, string name) => (string?)line[name];

    private List<JsonNode> Written(Action<ILogger, Redactor> log)
    {
        using var output = new MemoryStream();
        var queue = new LogQueue(output, length: 100, Metrics);
        var options = Options.Create(new LoggingOptions { Format = LogFormat.Json });
        var formatter = new JsonLines(new FakeTimeProvider(new DateTimeOffset(2026, 11, 28, 3, 0, 0, TimeSpan.Zero)));
        var services = new ServiceCollection();
        services.AddLogging(logging => logging.Services.AddSingleton<ILoggerProvider>(new QueuedLogs([formatter], options, queue)));
        using (var provider = services.AddRedaction().BuildServiceProvider())
            log(provider.GetRequiredService<ILoggerFactory>().CreateLogger("Tests"), provider.GetRequiredService<Redactor>());
        queue.Dispose();
        return [.. Encoding.UTF8.GetString(output.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonNode.Parse(line) ?? throw new JsonException(line))];
    }

    private static System.Diagnostics.Metrics.MeterListener Listen(Action<long> dropped)
    {
        var listener = new System.Diagnostics.Metrics.MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Name == "pao.log.dropped")
                    listener.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((_, count, _, _) =>
        {
            if (count > 0) // other services of this process drop nothing
                dropped(count);
        });
        listener.Start();
        return listener;
    }

    /// <summary>Has no room for the first write.</summary>
    private sealed class FullDisk : MemoryStream
    {
        public bool Failed { get; private set; }

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            if (!Failed)
            {
                Failed = true;
                throw new IOException("No space left on device.");
            }

            base.Write(buffer.ToArray(), 0, buffer.Length);
        }
    }

    /// <summary>A pipe that nobody reads, until it is opened.</summary>
    private sealed class BlockedOutput : MemoryStream
    {
        private readonly ManualResetEventSlim _open = new();
        private readonly SemaphoreSlim _blocked = new(0);

        public SemaphoreSlim Blocked => _blocked;

        public string Text => Encoding.UTF8.GetString(ToArray());

        public void Open() => _open.Set();

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            _blocked.Release();
            _open.Wait();
            base.Write(buffer.ToArray(), 0, buffer.Length);
        }
    }
}
