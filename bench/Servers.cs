using Npgsql;

namespace Pao.Bench;

internal static class Servers
{
    /// <summary>The PostgreSQL server to measure, from the environment.</summary>
    public static string? Postgres()
    {
        if (Environment.GetEnvironmentVariable("PAO_TEST_POSTGRES") is { Length: > 0 } connectionString)
            return connectionString;
        if (Environment.GetEnvironmentVariable("DATABASE_URL") is not { Length: > 0 } url)
            return null;

        var uri = new Uri(url);
        var user = uri.UserInfo.Split(':', 2);
        return new NpgsqlConnectionStringBuilder
        {
            Host = uri.Host,
            Port = uri.IsDefaultPort || uri.Port < 0 ? 5432 : uri.Port,
            Database = uri.AbsolutePath.TrimStart('/'),
            Username = Uri.UnescapeDataString(user[0]),
            Password = user.Length > 1 ? Uri.UnescapeDataString(user[1]) : null,
        }.ToString();
    }
}
