using System.Runtime.InteropServices;
using Npgsql;

namespace Pao.Bench;

internal static class Machine
{
    /// <summary>What the figures were taken on.</summary>
    public static async Task DescribeAsync(string? server)
    {
        var postgres = "no PostgreSQL";
        if (server is not null)
        {
            await using var source = NpgsqlDataSource.Create(server);
            await using var command = source.CreateCommand(
                "select current_setting('server_version') || ', synchronous_commit = ' || current_setting('synchronous_commit') || ', fsync = ' || current_setting('fsync')");
            postgres = $"PostgreSQL {await command.ExecuteScalarAsync()}";
        }

        Console.WriteLine(FormattableString.Invariant(
            $"{TimeProvider.System.GetUtcNow():yyyy-MM-dd HH:mm} UTC, {Environment.ProcessorCount} cores, {RuntimeInformation.FrameworkDescription}, {postgres}"));
    }
}
