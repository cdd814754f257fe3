using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Pao.EndToEnd.Tests.Fuzz;

/// <summary>A call as its bytes: no client in between makes it better than it is.</summary>
internal sealed record Call(Operation Operation, string Method, string Target, IReadOnlyList<(string Name, string Value)> Headers, byte[] Body)
{
    private const int MostAnswer = 8 << 20;

    /// <summary>Sends it and reads the whole answer; of a stream of events, its beginning.</summary>
    /// <returns>Null when the server closed the connection without an answer.</returns>
    public async Task<Answer?> SendAsync(int port, CancellationToken cancellationToken)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync("127.0.0.1", port, cancellationToken);
        }
        catch (SocketException)
        {
            return null;
        }

        try
        {
            await SendAllAsync(socket, Head(), cancellationToken);
            await SendAllAsync(socket, Body, cancellationToken);
        }
        catch (SocketException)
        {
            // It has answered before it has read all: a body that is too large.
        }

        return await ReadAsync(socket, cancellationToken);
    }

    /// <summary>What to send again by hand.</summary>
    public override string ToString()
    {
        var text = Encoding.UTF8.GetString([.. Head(), .. Body.Take(4000)]);
        return string.Concat(text.Select(c => c is '\n' or (>= ' ' and <= '~') ? c.ToString() : c is '\r' ? "" : string.Create(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}")));
    }

    private byte[] Head()
    {
        var head = new StringBuilder().Append(CultureInfo.InvariantCulture, $"{Method} {Target} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n");
        foreach (var (name, value) in Headers)
            head.Append(CultureInfo.InvariantCulture, $"{name}: {value}\r\n");
        return Encoding.UTF8.GetBytes(head.Append("\r\n").ToString());
    }

    private static async Task SendAllAsync(Socket socket, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        while (bytes.Length > 0)
            bytes = bytes[await socket.SendAsync(bytes, cancellationToken)..];
    }

    private static async Task<Answer?> ReadAsync(Socket socket, CancellationToken cancellationToken)
    {
        using var read = new MemoryStream();
        var buffer = new byte[16 * 1024];
        try
        {
            while (read.Length < MostAnswer)
            {
                var count = await socket.ReceiveAsync(buffer, cancellationToken);
                read.Write(buffer, 0, count);
                var isStream = Encoding.ASCII.GetString(read.GetBuffer(), 0, (int)Math.Min(read.Length, 4096)).Contains("text/event-stream", StringComparison.OrdinalIgnoreCase);
                if (count == 0 || isStream)
                    break;
            }
        }
        catch (SocketException) when (read.Length > 0)
        {
            // It was reset after the answer, since the body was not read to its end.
        }
        catch (SocketException)
        {
            return null;
        }

        return read.Length == 0 ? null : Answer.Parse(Encoding.UTF8.GetString(read.ToArray()));
    }
}

/// <param name="Status">0 when the first line is no status line.</param>
/// <param name="Text">Head and body.</param>
internal sealed record Answer(int Status, string Text)
{
    public bool HasHeader(string name) => Text.Contains($"\n{name}:", StringComparison.OrdinalIgnoreCase);

    public static Answer Parse(string text) => new(
        text.StartsWith("HTTP/1.1 ", StringComparison.Ordinal) && int.TryParse(text.AsSpan(9, Math.Min(3, text.Length - 9)), CultureInfo.InvariantCulture, out var status) ? status : 0, text);
}
