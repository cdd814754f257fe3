namespace Pao.Activities.Egress;

/// <summary>One spelling for each name of a host: of <c>DB.Example.COM.</c> it is <c>db.example.com</c>.</summary>
internal static class HostName
{
    public static string Canonical(string host) => host.TrimEnd('.').ToLowerInvariant();

    /// <summary>A host with its port, as an allow-list takes it.</summary>
    public static string With(string host, int port) => host.Contains(':') ? $"[{host}]:{port}" : $"{host}:{port}";
}
