using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Npgsql;

namespace Pao.Soak.Faults;

/// <summary>
/// Stands between one process and PostgreSQL. Asked to, it hands the next batch that writes history to the server, waits
/// for the server's word that it is committed, and cuts the connection instead of passing that on.
/// </summary>
internal sealed class CommitProxy : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<Task, byte> _connections = [];
    private readonly string _host;
    private readonly int _port;
    private TaskCompletionSource? _dropped;

    public CommitProxy(string database)
    {
        var target = new NpgsqlConnectionStringBuilder(database);
        (_host, _port) = (target.Host ?? "127.0.0.1", target.Port);
        _listener.Start();
        ConnectionString = new NpgsqlConnectionStringBuilder(database)
        {
            Host = "127.0.0.1",
            Port = ((IPEndPoint)_listener.LocalEndpoint).Port,
            SslMode = SslMode.Disable, // the messages are read on the way
            GssEncryptionMode = GssEncryptionMode.Disable,
        }.ToString();
        _ = AcceptAsync();
    }

    /// <summary>For the process whose connections go through here.</summary>
    public string ConnectionString { get; }

    /// <summary>Drops the answer to the next commit; ends when it has happened.</summary>
    public async Task DropNextCommitAsync(TimeSpan limit)
    {
        var dropped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Volatile.Write(ref _dropped, dropped);
        await dropped.Task.WaitAsync(limit);
    }

    public void Dispose()
    {
        _stop.Cancel();
        _listener.Dispose();
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var connection = RelayAsync(await _listener.AcceptSocketAsync(_stop.Token));
                _connections[connection] = 0;
                _ = connection.ContinueWith(ended => _connections.TryRemove(ended, out _), TaskScheduler.Default);
            }
        }
        catch (OperationCanceledException)
        {
            // The soak is over.
        }
    }

    private async Task RelayAsync(Socket accepted)
    {
        using var client = new NetworkStream(accepted, ownsSocket: true);
        accepted.NoDelay = true;
        using var upstream = new TcpClient { NoDelay = true };
        try
        {
            await upstream.ConnectAsync(_host, _port, _stop.Token);
            using var server = upstream.GetStream();
            var session = new Session();
            await Task.WhenAny(UpAsync(client, server, session), DownAsync(server, client, session));
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException)
        {
            // Either side may go at any time; that is what this is for.
        }
    }

    /// <summary>From the process to the server.</summary>
    private async Task UpAsync(NetworkStream client, NetworkStream server, Session session)
    {
        var reader = PipeReader.Create(client);
        var started = false;
        while (true)
        {
            var read = await reader.ReadAsync(_stop.Token);
            var rest = read.Buffer;
            while (Frame.TryRead(rest, started, out var frame))
            {
                started = true;
                if (session.Sees(frame) && Interlocked.Exchange(ref _dropped, null) is { } dropped)
                    session.Dropping = dropped; // before the server can answer
                rest = rest.Slice(frame.Length);
            }

            foreach (var part in read.Buffer.Slice(0, rest.Start))
                await server.WriteAsync(part, _stop.Token);
            reader.AdvanceTo(rest.Start, read.Buffer.End);
            if (read.IsCompleted)
                return;
        }
    }

    /// <summary>From the server to the process.</summary>
    private async Task DownAsync(NetworkStream server, NetworkStream client, Session session)
    {
        var reader = PipeReader.Create(server);
        while (true)
        {
            var read = await reader.ReadAsync(_stop.Token);
            var rest = read.Buffer;
            var dropping = session.Dropping;
            while (Frame.TryRead(rest, typed: true, out var frame))
            {
                rest = rest.Slice(frame.Length);
                if (dropping is null)
                    continue;
                if (frame.Type == 'E')
                    session.Failed = true;
                if (frame.Type != 'Z')
                    continue;
                if (session.Failed)
                    Volatile.Write(ref _dropped, dropping); // it committed nothing: the next one, then
                else
                    dropping.TrySetResult();
                return;
            }

            if (dropping is null)
                foreach (var part in read.Buffer.Slice(0, rest.Start))
                    await client.WriteAsync(part, _stop.Token);
            reader.AdvanceTo(rest.Start, read.Buffer.End);
            if (read.IsCompleted)
                return;
        }
    }

    /// <summary>What is known of one connection.</summary>
    private sealed class Session
    {
        private const string WritesHistory = "insert into task_hub.history";

        private readonly HashSet<string> _statements = [];
        private bool _writes;
        private TaskCompletionSource? _dropping;

        public TaskCompletionSource? Dropping
        {
            get => Volatile.Read(ref _dropping);
            set => Volatile.Write(ref _dropping, value);
        }

        public bool Failed { get; set; }

        /// <summary>Whether this message ends a batch that writes history: the server commits when it reads it.</summary>
        public bool Sees(Frame frame)
        {
            switch (frame.Type)
            {
                case 'P': // name, query
                    var parse = frame.Text().Split('\0', 3);
                    if (parse[1].Contains(WritesHistory, StringComparison.Ordinal))
                        _statements.Add(parse[0]);
                    else
                        _statements.Remove(parse[0]);
                    return false;
                case 'B': // portal, statement
                    _writes |= _statements.Contains(frame.Text().Split('\0', 3)[1]);
                    return false;
                case 'S':
                    var ends = _writes;
                    _writes = false;
                    return ends;
                default:
                    return false;
            }
        }
    }

    /// <summary>A message of PostgreSQL's protocol: a type, unless it is the first, a length, a body.</summary>
    private readonly record struct Frame(char Type, ReadOnlySequence<byte> Body, long Length)
    {
        public static bool TryRead(ReadOnlySequence<byte> buffer, bool typed, out Frame frame)
        {
            frame = default;
            var header = typed ? 5 : 4;
            if (buffer.Length < header)
                return false;

            Span<byte> bytes = stackalloc byte[header];
            buffer.Slice(0, header).CopyTo(bytes);
            var length = BinaryPrimitives.ReadInt32BigEndian(bytes[(header - 4)..]) + header - 4;
            if (buffer.Length < length)
                return false;

            frame = new Frame(typed ? (char)bytes[0] : '\0', buffer.Slice(header, length - header), length);
            return true;
        }

        public string Text() => Encoding.Latin1.GetString(Body);
    }
}
