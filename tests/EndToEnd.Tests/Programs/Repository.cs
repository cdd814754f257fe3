using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Pao.EndToEnd.Tests.Programs;

/// <summary>Where this checkout's programs and files are.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    private static readonly ConcurrentDictionary<int, bool> Given = new();

    public static string Program(string project) =>
        Path.Combine(Root, "artifacts", "bin", project, "debug", $"Pao.{project}");

    public static string TestCatalog => Path.Combine(Root, "tests", "EndToEnd.Tests", "Catalog");

    public static string SampleCatalog => Path.Combine(Root, "catalog");

    /// <summary>
    /// A port for a program that may be started on it again and again: below those that the system gives to connections, one of
    /// which could take it meanwhile, and given out once.
    /// </summary>
    public static int FreePort()
    {
        while (true)
        {
            var port = Random.Shared.Next(10_000, 20_000);
            if (!Given.TryAdd(port, true))
                continue;

            using var listener = new TcpListener(IPAddress.Loopback, port);
            try
            {
                listener.Start();
                return port;
            }
            catch (SocketException)
            {
                // Somebody else listens there.
            }
        }
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Pao.sln")))
            folder = folder.Parent ?? throw new InvalidOperationException("Pao.sln is not above the tests.");
        return folder.FullName;
    }
}
