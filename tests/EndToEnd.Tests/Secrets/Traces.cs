using System.Globalization;
using System.Text;
using Npgsql;

namespace Pao.EndToEnd.Tests.Secrets;

/// <summary>What a run left: texts with the place where each was found. Bytes are kept one character each, as a search wants them.</summary>
internal sealed class Traces
{
    private static readonly string[] Keys = ["access-key", "secret-key", "hub-token", "credentials"];

    private readonly List<(string Where, string Text)> _all = [];

    public void Add(string where, string text) => _all.Add((where, Bytes(text)));

    /// <summary>The files of a data folder, but for the keys that are the service's own and stay there.</summary>
    public async Task AddFolderAsync(string folder)
    {
        foreach (var file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Where(file => !Keys.Contains(Path.GetFileName(file))))
            _all.Add(($"file {Path.GetFileName(file)}", Encoding.Latin1.GetString(await File.ReadAllBytesAsync(file))));
    }

    /// <summary>Every column of every row of every table.</summary>
    public async Task AddDatabaseAsync(string connectionString)
    {
        await using var source = NpgsqlDataSource.Create(connectionString);
        List<string> tables = [];
        await using (var list = source.CreateCommand(
            "select format('%I.%I', schemaname, tablename) from pg_tables where schemaname not in ('pg_catalog', 'information_schema')"))
        await using (var reader = await list.ExecuteReaderAsync())
            while (await reader.ReadAsync())
                tables.Add(reader.GetString(0));

        foreach (var table in tables)
        {
            await using var rows = source.CreateCommand($"select * from {table}");
            await using var reader = await rows.ExecuteReaderAsync();
            while (await reader.ReadAsync())
                for (var column = 0; column < reader.FieldCount; column++)
                    Add(table, reader.GetName(column), reader.GetValue(column));
        }
    }

    /// <summary>Whether a text is in what was found at places whose names begin so.</summary>
    public bool Have(string place, string text) =>
        _all.Exists(one => one.Where.StartsWith(place, StringComparison.Ordinal) && one.Text.Contains(Bytes(text), StringComparison.Ordinal));

    /// <summary>Where a secret is found, and in which form.</summary>
    public IEnumerable<string> Of(KnownSecret secret) =>
        from form in secret.Forms().Select(form => (Shown: form, Bytes: Bytes(form)))
        from one in _all
        let at = one.Text.IndexOf(form.Bytes, StringComparison.Ordinal)
        where at >= 0
        select $"{secret.Where} as {form.Shown} in {one.Where}: …{one.Text[Math.Max(0, at - 80)..Math.Min(one.Text.Length, at + form.Bytes.Length + 20)]}…";

    private void Add(string table, string column, object value) => _all.Add((
        $"table {table}.{column}",
        value is byte[] bytes ? Encoding.Latin1.GetString(bytes) : Bytes(Convert.ToString(value, CultureInfo.InvariantCulture) ?? "")));

    private static string Bytes(string text) => Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(text));
}
