using System.Buffers;
using System.Text;
using System.Threading.Channels;
using Microsoft.Extensions.Options;
using Pao.Orchestrator.Telemetry;

namespace Pao.Api.Telemetry.Logs;

/// <summary>
/// Lines on their way to the standard output. Who logs never waits: a pipe that nobody reads takes no more, and would hold up
/// every request. What has no room is dropped and counted.
/// </summary>
internal sealed class LogQueue : IDisposable
{
    private const int MostAtOnce = 64 * 1024;

    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(2);

    private readonly Channel<string> _lines;
    private readonly Stream _output;
    private readonly Thread _writer;
    private readonly ProcessMetrics _metrics;

    public LogQueue(IOptions<LoggingOptions> options, ProcessMetrics metrics)
        : this(Console.OpenStandardOutput(), options.Value.QueueLength, metrics)
    {
    }

    internal LogQueue(Stream output, int length, ProcessMetrics metrics)
    {
        (_output, _metrics) = (output, metrics);
        _lines = Channel.CreateBounded<string>(new BoundedChannelOptions(length) { SingleReader = true });

        // A thread of its own, which a blocked write may keep for ever: the pool's are for work.
        _writer = new Thread(Write) { IsBackground = true, Name = "Log" };
        _writer.Start();
    }

    public void Add(string line)
    {
        if (!_lines.Writer.TryWrite(line))
            _metrics.LogLinesDropped(1);
    }

    /// <summary>What was logged before the end is written, unless nobody reads it.</summary>
    public void Dispose()
    {
        _lines.Writer.TryComplete();
        _writer.Join(LastWords);
    }

    private void Write()
    {
        var batch = new ArrayBufferWriter<byte>(MostAtOnce);
        while (_lines.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
        {
            var lines = 0;
            for (batch.ResetWrittenCount(); batch.WrittenCount < MostAtOnce && _lines.Reader.TryRead(out var line); lines++)
                Encoding.UTF8.GetBytes(line, batch);

            try
            {
                lock (StandardOutput.Turn)
                    _output.Write(batch.WrittenSpan);
            }
            catch (IOException)
            {
                _metrics.LogLinesDropped(lines); // a full disk may have room for the next ones
            }
        }
    }
}
