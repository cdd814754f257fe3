namespace Pao.Catalog.Keeping;

/// <summary>
/// Keeps the last good load of the catalog over a restart, for every process that loads it. The catalog itself knows no
/// database: whoever has one implements this.
/// </summary>
/// <remarks>
/// The archive has a number that grows with everything that is kept. A load is kept only when the number is still the one
/// that was read before the source was asked: what an older load found never replaces what a newer one did, whatever the clocks
/// of the processes say.
/// </remarks>
public interface ICatalogArchive
{
    /// <param name="since">The number up to which all is known; null asks for everything.</param>
    /// <returns>What was kept after that number; null when nothing was.</returns>
    /// <exception cref="ArchiveUnavailableException">The archive can not be read now.</exception>
    Task<KeptCatalog?> ReadAsync(long? since, CancellationToken cancellationToken);

    /// <summary>Keeps all of the change or nothing.</summary>
    /// <returns>The archive's number afterwards; null when something else was kept meanwhile, and this was not.</returns>
    /// <exception cref="ArchiveUnavailableException">The archive can not be written now; whether it was is not known.</exception>
    Task<long?> KeepAsync(KeptChange change, CancellationToken cancellationToken);
}

/// <summary>What was kept of the catalog is out of reach; the catalog goes on without.</summary>
public sealed class ArchiveUnavailableException(string message, Exception? inner) : Exception(message, inner);
