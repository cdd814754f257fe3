using System.Diagnostics.CodeAnalysis;
using Npgsql;

namespace Pao.Api.Configuration;

/// <summary>Reads <c>postgresql://user:password@host:port/database?sslmode=…</c>, which other tools use, for Npgsql.</summary>
internal static class DatabaseUrl
{
    public static bool TryParse(string url, [NotNullWhen(true)] out string? connectionString)
    {
        try
        {
            connectionString = IsUrl(url) ? FromUrl(new Uri(url)) : new NpgsqlConnectionStringBuilder(url).ConnectionString;
            return true;
        }
        catch (Exception e) when (e is UriFormatException or ArgumentException or FormatException)
        {
            connectionString = null;
            return false;
        }
    }

    private static bool IsUrl(string url) =>
        url.StartsWith("postgresql://", StringComparison.OrdinalIgnoreCase)
        || url.StartsWith("postgres://", StringComparison.OrdinalIgnoreCase);

    private static string FromUrl(Uri url)
    {
        var settings = new NpgsqlConnectionStringBuilder { Host = url.Host };
        if (url.Host.Length == 0)
            throw new ArgumentException("The URL names no host.", nameof(url));
        if (url.Port > 0)
            settings.Port = url.Port;
        if (Uri.UnescapeDataString(url.AbsolutePath.TrimStart('/')) is { Length: > 0 } database)
            settings.Database = database;

        var user = url.UserInfo.Split(':', 2);
        if (user[0].Length > 0)
            settings.Username = Uri.UnescapeDataString(user[0]);
        if (user.Length > 1)
            settings.Password = Uri.UnescapeDataString(user[1]);

        foreach (var pair in url.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = pair.Split('=', 2);
            settings[Keyword(parts[0])] = parts.Length > 1 ? Uri.UnescapeDataString(parts[1]) : "";
        }

        return settings.ConnectionString;
    }

    // libpq's names, where Npgsql's differ.
    private static string Keyword(string name) => name switch
    {
        "sslmode" => "SSL Mode",
        "application_name" => "Application Name",
        "connect_timeout" => "Timeout",
        "sslrootcert" => "Root Certificate",
        _ => name,
    };
}
