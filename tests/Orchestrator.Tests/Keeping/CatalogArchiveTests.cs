using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Pao.Catalog;
using Pao.Catalog.Keeping;
using Pao.Orchestrator.Keeping;
using Pao.Orchestrator.Storage;
using Pao.Orchestrator.Tests.Requests;

namespace Pao.Orchestrator.Tests.Keeping;

public sealed class PostgresCatalogArchiveTests : CatalogArchiveTests<PostgresTestDatabase>;

public sealed class SqliteCatalogArchiveTests : CatalogArchiveTests<SqliteTestDatabase>;

/// <summary>What an archive of the catalog must do on every database.</summary>
public abstract class CatalogArchiveTests<TDatabase> : StoreConformance<TDatabase>
    where TDatabase : ITestDatabase, new()
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 8, 30, 0, TimeSpan.Zero);

    private CatalogArchive Archive => new(Database, TimeProvider.System);

    [Fact]
    public async Task What_was_kept_is_read_again_to_the_byte()
    {
        var finding = new Finding(Severity.Warning, "source.link", "A link is not followed: 'ä\u0000'.", "a/link.yaml", 1, 2, "/x", null);
        var load = new KeptLoad("5f3c1e0a", Now, """{"judged":"5f3c1e0a"}""", [finding]);
        byte[] noText = [0x00, 0xff, 0xfe, 0x0a];
        KeptDocument[] documents =
        [
            Valid("a/valid.yaml", "valid", "sha-1"),
            new("b/stale.yaml", "sha-2", noText, Bytes("before"), Now.AddMinutes(-5)),
            new("c/never.yaml", null, Bytes(""), null, Now),
        ];

        Assert.Equal(1, await KeepAsync(0, load, documents));
        var kept = await ReadAsync(null);

        Assert.Equal((1, "5f3c1e0a", Now, load.Memory), (kept.Number, kept.Load?.Revision, kept.Load?.LoadedAt, kept.Load?.Memory));
        Assert.True(load.Repeats(kept.Load));
        Assert.Equal(documents.Select(Text), kept.Documents.Select(Text));
        Assert.Equal(documents.Select(document => document.File).Order(), kept.Files.Order());
    }

    [Fact]
    public async Task An_archive_in_which_nothing_was_kept_says_so()
    {
        var kept = await ReadAsync(null);

        Assert.Equal((0, null, 0, 0), (kept.Number, kept.Load, kept.Documents.Count, kept.Files.Count));
        Assert.Null(await Archive.ReadAsync(0, Cancellation));
    }

    [Fact]
    public async Task What_is_known_is_not_read_again()
    {
        await KeepAsync(0, Load("one"), Valid("a.yaml", "1"), Valid("b.yaml", "1"), Valid("c.yaml", "1"));
        await KeepAsync(1, Load("two"), [Valid("b.yaml", "2")], removed: ["c.yaml"]);

        Assert.Null(await Archive.ReadAsync(2, Cancellation));
        var since = await ReadAsync(1);
        Assert.Equal(["b.yaml"], since.Documents.Select(document => document.File));
        Assert.Equal(["a.yaml", "b.yaml"], since.Files.Order());
        Assert.Equal(["a.yaml", "b.yaml"], (await ReadAsync(17)).Documents.Select(document => document.File)); // of a backup
    }

    [Fact]
    public async Task An_older_load_changes_nothing()
    {
        await KeepAsync(0, Load("one"), Valid("a.yaml", "1"));
        await KeepAsync(1, Load("two"), Valid("a.yaml", "2"));

        Assert.Null(await KeepAsync(1, Load("late"), [Valid("a.yaml", "late"), Valid("b.yaml", "late")], removed: ["a.yaml"]));

        var kept = await ReadAsync(null);
        Assert.Equal((2, "two"), (kept.Number, kept.Load?.Revision));
        Assert.Equal("2", Encoding.UTF8.GetString(Assert.Single(kept.Documents).Latest.Span));
    }

    [Fact]
    public async Task Of_loads_at_once_each_is_kept_whole_on_top_of_the_one_before()
    {
        var databases = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => OpenAsync()));
        var (refused, readers) = (0, databases.Length);
        var allHaveRead = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var kept = new ConcurrentBag<long>();
        await Task.WhenAll(databases.Select(async (database, process) =>
        {
            var archive = new CatalogArchive(database, TimeProvider.System);
            for (var mine = 0; mine < 25;)
            {
                // Each counts on: had one not seen the other's, a number would be missing in the end.
                var before = await archive.ReadAsync(null, Cancellation) ?? throw new InvalidOperationException("Nothing was read.");
                if (Interlocked.Decrement(ref readers) == 0)
                    allHaveRead.SetResult();
                await allHaveRead.Task;
                var count = before.Documents.Count == 0 ? 0 : int.Parse(Encoding.UTF8.GetString(before.Documents[0].Latest.Span), CultureInfo.InvariantCulture);
                Assert.Equal(before.Load?.Revision ?? "0", $"{count}"); // number, load and documents are of one moment
                var text = $"{count + 1}";
                if (await archive.KeepAsync(new(before.Number, Load(text), [Valid("a.yaml", text), Valid("b.yaml", text)], []), Cancellation) is not { } number)
                {
                    Interlocked.Increment(ref refused);
                    continue;
                }

                kept.Add(number);
                mine++;
            }
        }));

        var end = await ReadAsync(null);
        Assert.Equal(Enumerable.Range(1, 100).Select(number => (long)number), kept.Order());
        Assert.Equal(100, end.Number);
        Assert.Equal(["100", "100"], end.Documents.Select(document => Encoding.UTF8.GetString(document.Latest.Span)));
        Assert.True(refused >= databases.Length - 1, "There was no race.");
    }

    [Fact]
    public async Task Documents_of_any_number_and_size_are_kept_at_once()
    {
        var big = new string('x', 1 << 20);
        List<KeptDocument> documents = [.. Enumerable.Range(0, 600).Select(i => Valid($"n{i:d4}.yaml", $"{i}"))];
        documents.AddRange(Enumerable.Range(0, 9).Select(i => new KeptDocument($"x{i}.yaml", null, Bytes(big), Bytes(big + "y"), Now)));

        await KeepAsync(0, Load("all"), [.. documents]);
        var kept = await ReadAsync(null);

        Assert.Equal(documents.Select(Text), kept.Documents.Select(Text));
        Assert.Equal(2, await KeepAsync(1, Load("none"), [], [.. documents.Select(document => document.File)]));
        Assert.Empty((await ReadAsync(null)).Files);
    }

    [Fact]
    public async Task A_database_that_is_not_there_is_an_archive_that_is_not()
    {
        var archive = new CatalogArchive(Open(), TimeProvider.System); // not migrated: it was never reached

        await Assert.ThrowsAsync<ArchiveUnavailableException>(() => archive.ReadAsync(null, Cancellation));
        await Assert.ThrowsAsync<ArchiveUnavailableException>(() => archive.KeepAsync(new(0, Load("x"), [], []), Cancellation));
    }

    [Fact]
    public async Task The_rows_of_one_statement_may_be_a_transactions_first()
    {
        await Database.WriteAsync(async transaction =>
        {
            await transaction.ExecuteAsync(
                "insert into catalog_items (path, number, latest) values (@path, 7, @latest)", ["a", "b"],
                (Parameters p, string path) => p.Text("path", path).Bytes("latest", Bytes(path)), Cancellation);
            return true;
        }, Cancellation);

        Assert.Equal([2L], await CountAsync("select count(*) as n from catalog_items where number = 7"));
    }

    private static KeptLoad Load(string revision) => new(revision, Now, Memory: null, []);

    private static KeptDocument Valid(string file, string text, string? contentId = null) => new(file, contentId, Bytes(text), Bytes(text), RejectedSince: null);

    private static ReadOnlyMemory<byte> Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private static string Text(KeptDocument document) =>
        $"{document.File} {document.ContentId} {document.RejectedSince:O} "
        + $"{Convert.ToHexString(document.Latest.Span)} {(document.InForce is { } bytes ? Convert.ToHexString(bytes.Span) : "-")}";

    private Task<long?> KeepAsync(long number, KeptLoad load, params KeptDocument[] documents) => KeepAsync(number, load, documents, removed: []);

    private Task<long?> KeepAsync(long number, KeptLoad load, KeptDocument[] documents, string[] removed) =>
        Archive.KeepAsync(new(number, load, documents, removed), Cancellation);

    private async Task<KeptCatalog> ReadAsync(long? since) =>
        await Archive.ReadAsync(since, Cancellation) ?? throw new InvalidOperationException("Nothing new was kept.");
}
