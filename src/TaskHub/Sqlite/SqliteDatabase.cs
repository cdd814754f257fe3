using System.Globalization;
using System.Reflection;
using Microsoft.Data.Sqlite;

namespace Pao.TaskHub.Sqlite;

/// <summary>
/// One SQLite file in a folder that this process alone uses: a lock file says so to the next one. Every commit is on disk
/// when it returns (write-ahead log, <c>synchronous = full</c>).
/// </summary>
internal sealed class SqliteDatabase : IDisposable
{
    private const string Prefix = "Pao.TaskHub.Sqlite.Migrations.";

    /// <summary>Versions before this one can corrupt a database when its write-ahead log is reset.</summary>
    private static readonly Version Oldest = new(3, 51, 3);

    private readonly FileStream _lock;
    private readonly string _connectionString;

    public SqliteDatabase(string folder, string name)
    {
        Directory.CreateDirectory(folder);
        File = Path.GetFullPath(Path.Combine(folder, name + ".db"));
        _lock = TakeLock(File + ".lock");
        _connectionString = new SqliteConnectionStringBuilder { DataSource = File, Pooling = true, DefaultTimeout = 30 }.ToString();
        Migrate();
    }

    public string File { get; }

    public SqliteConnection Open()
    {
        var connection = new SqliteConnection(_connectionString);
        connection.Open();
        Execute(connection, "pragma journal_mode = wal; pragma synchronous = full; pragma temp_store = memory; pragma wal_autocheckpoint = 8000; pragma cache_size = -65536");
        return connection;
    }

    public void Dispose()
    {
        using (var connection = new SqliteConnection(_connectionString))
            SqliteConnection.ClearPool(connection);
        _lock.Dispose();
    }

    /// <exception cref="InvalidOperationException">Another process has the folder.</exception>
    private static FileStream TakeLock(string path)
    {
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e)
        {
            throw new InvalidOperationException(
                $"Another process uses the data folder '{Path.GetDirectoryName(path)}': stop it, choose another folder, or use PostgreSQL (DATABASE_URL), which many processes can share.", e);
        }
    }

    private void Migrate()
    {
        using var connection = Open();
        if (Version.Parse(connection.ServerVersion) < Oldest)
            throw new InvalidOperationException($"SQLite {connection.ServerVersion} can corrupt its write-ahead log: {Oldest} or newer is needed.");

        using var transaction = connection.BeginTransaction();
        var applied = Convert.ToInt32(Scalar(connection, "pragma user_version"), CultureInfo.InvariantCulture);
        var assembly = Assembly.GetExecutingAssembly();
        foreach (var name in assembly.GetManifestResourceNames().Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)).Order())
        {
            var version = int.Parse(name.AsSpan(Prefix.Length, 4), CultureInfo.InvariantCulture);
            if (version <= applied)
                continue;

            using var stream = assembly.GetManifestResourceStream(name) ?? throw new InvalidOperationException($"The migration '{name}' is missing.");
            using var reader = new StreamReader(stream);
            Execute(connection, reader.ReadToEnd());
            Execute(connection, string.Create(CultureInfo.InvariantCulture, $"pragma user_version = {version}"));
        }

        transaction.Commit();
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Migrations and pragmas of our own.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }

    private static object? Scalar(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Migrations and pragmas of our own.
        command.CommandText = sql;
#pragma warning restore CA2100
        return command.ExecuteScalar();
    }
}
