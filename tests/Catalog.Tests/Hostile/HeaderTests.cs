using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Pao.Catalog.Tests.Hostile;

/// <summary>A header goes over a real socket to a server that nobody here wrote.</summary>
public sealed class HeaderTests
{
    [Fact]
    public async Task A_header_takes_a_value_whole_or_not_at_all()
    {
        using var listener = Listen(out var port);
        var refused = 0;

        foreach (var payload in Payloads.All)
        {
            string written;
            try
            {
                written = Prepare.Header("<{{ fields.x }}>", Prepare.Fields(("x", payload)));
            }
            catch (TemplateException failure)
            {
                Assert.Contains("one line of printable ASCII", failure.Message, StringComparison.Ordinal);
                Assert.Contains(payload, c => c is < ' ' or > '~');
                refused++;
                continue;
            }

            var received = await SendAsync(listener, port, written);

            Assert.Equal($"<{payload}>", received["X-Test"]);
            Assert.Equal("Host,X-Test,X-Last,Connection", string.Join(",", received.AllKeys));
            Assert.Equal("1", received["X-Last"]);
        }

        Assert.InRange(refused, 1, Payloads.All.Count / 2);
    }

    private static async Task<System.Collections.Specialized.NameValueCollection> SendAsync(HttpListener listener, int port, string value)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, port, TestContext.Current.CancellationToken);
        var context = listener.GetContextAsync();
        await client.GetStream().WriteAsync(
            Encoding.Latin1.GetBytes($"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Test: {value}\r\nX-Last: 1\r\nConnection: close\r\n\r\n"), TestContext.Current.CancellationToken);
        var answered = await context.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        var headers = answered.Request.Headers;
        answered.Response.ContentLength64 = 0;
        answered.Response.Close();
        return headers;
    }

    private static HttpListener Listen(out int port)
    {
        // The port is free when it is asked for; another process may take it before the listener does.
        for (var tries = 1; ; tries++)
        {
            using (var probe = new TcpListener(IPAddress.Loopback, 0))
            {
                probe.Start();
                port = ((IPEndPoint)probe.LocalEndpoint).Port;
            }

            var listener = new HttpListener { Prefixes = { $"http://127.0.0.1:{port}/" } };
            try
            {
                listener.Start();
                return listener;
            }
            catch (HttpListenerException) when (tries < 10)
            {
                listener.Close();
            }
        }
    }
}
