using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;

namespace Pao.Bench.Http;

/// <summary>A server in a process of its own: PAO, or the peer.</summary>
internal sealed class Service : IDisposable
{
    private readonly Process _process;

    private Service(Process process, Uri address) => (_process, Address, Client) = (process, address, new HttpClient { BaseAddress = address });

    public Uri Address { get; }

    public HttpClient Client { get; }

    /// <summary>From the start of the process to its first good answer.</summary>
    public TimeSpan StartTime { get; private set; }

    public double WorkingSetMib
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64 / 1048576.0;
        }
    }

    /// <summary>PAO as <c>./run</c> starts it, with a catalog and data of its own.</summary>
    public static async Task<Service> PaoAsync(string catalog, string data, IReadOnlyDictionary<string, string>? environment = null)
    {
        var address = FreeAddress();
        var service = Start(
            address,
            [Path.Combine(AppContext.BaseDirectory, "Pao.Api.dll"), "--urls", address.ToString(), "--Pao:DataDirectory", data, "--Pao:Catalog:Folder", catalog],
            environment ?? new Dictionary<string, string>());
        await service.AnsweringAsync("/api/v1/health/ready");
        var key = (await File.ReadAllTextAsync(Path.Combine(data, "access-key"))).Trim();
        service.Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return service;
    }

    /// <summary>Bare Kestrel that answers with the bytes of a file.</summary>
    public static async Task<Service> BareAsync(string file)
    {
        var address = FreeAddress();
        var service = Start(address, [Path.Combine(AppContext.BaseDirectory, "Pao.Bench.dll"), BareServer.Word, address.ToString(), file], new Dictionary<string, string>());
        await service.AnsweringAsync("/");
        return service;
    }

    public void Dispose()
    {
        Client.Dispose();
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    private static Service Start(Uri address, IEnumerable<string> arguments, IReadOnlyDictionary<string, string> environment)
    {
        var start = new ProcessStartInfo("dotnet", arguments) { RedirectStandardOutput = true, WorkingDirectory = Path.GetTempPath() };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        var process = Process.Start(start) ?? throw new InvalidOperationException("The server did not start.");
        process.OutputDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        return new Service(process, address);
    }

    private async Task AnsweringAsync(string path)
    {
        while (true)
        {
            if (_process.HasExited)
                throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"The server ended with {_process.ExitCode}."));
            try
            {
                using var answer = await Client.GetAsync(path);
                if (answer.IsSuccessStatusCode)
                    break;
            }
            catch (HttpRequestException)
            {
                // It does not listen yet.
            }

            await Task.Delay(20);
        }

        StartTime = TimeProvider.System.GetLocalNow().DateTime - _process.StartTime;
    }

    private static Uri FreeAddress()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}"));
    }
}
