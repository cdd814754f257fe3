namespace Pao.Orchestrator.Keeping;

internal sealed partial class CatalogArchive
{
    private const string FindNumber = "select number from catalog_load";

    private const string FindRevision = "select revision from catalog_load";

    private const string FindLoadOnPostgres = $"{FindLoadOnSqlite} for share"; // nothing is kept between this and the documents

    // The transaction is the only one that may write.
    private const string FindLoadOnSqlite = """
        select number, revision, loaded_at, memory, findings from catalog_load
        """;

    private const string FindDocuments = """
        select path, content_id, latest, last_valid, rejected_since
        from catalog_items
        where number > @since
        order by path
        """;

    private const string FindFiles = "select path from catalog_items";

    // Takes the row's lock before anything else: of two loads that saw the same number, the second one finds another.
    private const string Advance = """
        update catalog_load
        set number = number + 1, revision = @revision, loaded_at = @loaded_at, memory = @memory, findings = @findings
        where number = @number
        """;

    private const string Put = """
        insert into catalog_items (path, number, content_id, latest, last_valid, rejected_since)
        values (@path, @number, @content_id, @latest, @last_valid, @rejected_since)
        on conflict (path) do update set
          number = excluded.number, content_id = excluded.content_id, latest = excluded.latest,
          last_valid = excluded.last_valid, rejected_since = excluded.rejected_since
        """;

    private const string Remove = "delete from catalog_items where path = @path";
}
