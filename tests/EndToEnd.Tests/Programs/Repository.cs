using System.Net;
using System.Net.Sockets;

namespace Pao.EndToEnd.Tests.Programs;

/// <summary>Where this checkout's programs and files are.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    public static string Program(string project) =>
        Path.Combine(Root, "artifacts", "bin", project, "debug", $"Pao.{project}");

    public static string TestCatalog => Path.Combine(Root, "tests", "EndToEnd.Tests", "Catalog");

    public static string SampleCatalog => Path.Combine(Root, "catalog");

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Pao.sln")))
            folder = folder.Parent ?? throw new InvalidOperationException("Pao.sln is not above the tests.");
        return folder.FullName;
    }
}
