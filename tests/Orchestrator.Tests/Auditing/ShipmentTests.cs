using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using Pao.DurableTask;
using Pao.Orchestrator.Auditing;

namespace Pao.Orchestrator.Tests.Auditing;

/// <summary>Lines of the audit on their way to an output, whatever becomes of it.</summary>
public sealed class ShipmentTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly Told<AuditShipment> _told = new();
    private readonly Heartbeats _heartbeats;

    public ShipmentTests() => _heartbeats = new Heartbeats(_time);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _told.Dispose();

    [Fact]
    public async Task Each_line_is_one_write()
    {
        using var output = new Output();
        using var shipment = Shipment(output);
        string[] lines = ["{}", "{\"text\":\"Grüße\"}", $"{{\"long\":\"{new string('x', 300_000)}\"}}"];

        await shipment.StartAsync(Cancellation);
        foreach (var line in lines)
            shipment.Ship(line);
        await Wait.UntilAsync(() => output.Writes.Count >= lines.Length);
        await shipment.StopAsync(Cancellation);

        Assert.Equal(lines.Select(line => line + "\n"), output.Writes);
    }

    [Fact]
    public async Task What_a_full_disk_has_no_room_for_is_counted_and_the_rest_is_written()
    {
        using var output = new Output { Failures = 2 };
        using var shipment = Shipment(output);

        await shipment.StartAsync(Cancellation);
        for (var i = 0; i < 5; i++)
            shipment.Ship($"{i}");
        await Wait.UntilAsync(() => output.Writes.Count == 3);
        await shipment.StopAsync(Cancellation);

        Assert.Equal(["2\n", "3\n", "4\n"], output.Writes);
        Assert.Equal(2, _told.Counted(AuditMetrics.ShipmentDropped));
        Assert.Equal(2, Logged());
    }

    [Fact]
    public async Task What_was_shipped_before_the_end_is_written()
    {
        using var output = new Output();
        using var shipment = Shipment(output);
        await shipment.StartAsync(Cancellation);
        for (var i = 0; i < 1000; i++)
            shipment.Ship($"{i}");
        await output.IsWriting.WaitAsync(Cancellation);

        await shipment.StopAsync(Cancellation);

        Assert.Equal(1000, output.Writes.Count);
        Assert.Empty(_told.Lines);
    }

    [Fact]
    public async Task The_end_does_not_wait_for_an_output_that_nobody_reads_and_tells_what_was_not_written()
    {
        using var output = new Output();
        output.Block();
        using var shipment = Shipment(output);
        await shipment.StartAsync(Cancellation);
        for (var i = 0; i < 5; i++)
            shipment.Ship($"{i}");
        await output.IsWriting.WaitAsync(Cancellation);

        var end = shipment.StopAsync(CancellationToken.None);
        await Wait.UntilAsync(() => end.IsCompleted, () => _time.Advance(AuditShipment.LastWords));

        Assert.Equal(5, _told.Counted(AuditMetrics.ShipmentDropped));
        Assert.StartsWith("5 entries of the audit could not be written", Assert.Single(_told.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_output_that_nobody_reads_holds_up_nobody_and_is_no_stalled_loop()
    {
        using var output = new Output();
        output.Block();
        using var shipment = Shipment(output);
        await shipment.StartAsync(Cancellation);
        shipment.Ship("0");
        await output.IsWriting.WaitAsync(Cancellation);
        for (var i = 0; i < 20_000; i++)
            shipment.Ship($"{i}");

        for (var round = 0; round < 20; round++)
        {
            _time.Advance(TimeSpan.FromSeconds(5));
            await Wait.UntilAsync(() => Assert.Single(_heartbeats.Look()).LastBeat == _time.GetUtcNow());
        }

        Assert.Equal(10_000, _told.Counted(AuditMetrics.ShipmentDropped));
        Assert.Equal(10_000, Logged());
        output.Release();
        await shipment.StopAsync(Cancellation);
        Assert.Equal(10_001, output.Writes.Count);
    }

    [Fact]
    public async Task Who_ships_nothing_is_not_missed()
    {
        using var shipment = Shipment(output: null);

        await shipment.StartAsync(Cancellation);

        await Wait.UntilAsync(() => _heartbeats.Look().Count == 0);
        await shipment.StopAsync(Cancellation);
    }

    // In as many lines as there were looks meanwhile.
    private int Logged() => _told.Lines.Sum(line => int.Parse(line.Split(' ')[0], CultureInfo.InvariantCulture));

    private AuditShipment Shipment(Stream? output) => new(output is null ? null : () => output, _told.Metrics, _heartbeats, _time, _told);

    /// <summary>Keeps what is written, one text for each write.</summary>
    private sealed class Output : Stream
    {
        private readonly ManualResetEventSlim _read = new(true);
        private readonly TaskCompletionSource _writing = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public ConcurrentQueue<string> Writes { get; } = new();

        public int Failures { get; set; }

        public Task IsWriting => _writing.Task;

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public void Block() => _read.Reset();

        public void Release() => _read.Set();

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            _writing.TrySetResult();
            _read.Wait(CancellationToken.None);
            if (Failures-- > 0)
                throw new IOException("No space left on device");
            Writes.Enqueue(Encoding.UTF8.GetString(buffer));
        }

        public override void Flush()
        {
            // Nothing is held back.
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            _read.Set(); // a thread that is blocked here ends
            base.Dispose(disposing);
        }
    }
}
