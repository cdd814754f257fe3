using System.Threading.Channels;
using Microsoft.Extensions.Options;

namespace Pao.Api.Telemetry.Logs;

/// <summary>
/// Lines on their way to the standard output. Who logs never waits: a pipe that nobody reads takes no more, and would hold up
/// every request. What has no room is dropped and counted.
/// </summary>
internal sealed class LogQueue : IDisposable
{
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
            _metrics.LogLineDropped();
    }

    /// <summary>What was logged before the end is written, unless nobody reads it.</summary>
    public void Dispose()
    {
        _lines.Writer.TryComplete();
        _writer.Join(LastWords);
    }

    private void Write()
    {
        using var writer = new StreamWriter(_output, leaveOpen: true);
        try
        {
            while (_lines.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
            {
                while (_lines.Reader.TryRead(out var line))
                    writer.Write(line);
                writer.Flush();
            }
        }
        catch (IOException)
        {
            // Who read the output has gone: nobody is left to be told, and the service goes on.
            _lines.Writer.TryComplete();
        }
    }
}
