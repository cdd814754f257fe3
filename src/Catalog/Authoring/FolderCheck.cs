using Microsoft.Extensions.Logging.Abstractions;
using Pao.Catalog.Documents;
using Pao.Catalog.Keeping;
using Pao.Catalog.Loading;
using Pao.Catalog.Sources;

namespace Pao.Catalog.Authoring;

/// <summary>Judges a whole folder as a service that starts with it would, without one: before a change is merged.</summary>
public sealed class FolderCheck(TimeProvider clock)
{
    /// <summary>
    /// The service's own orchestrations and activities, which no action may name. The service takes them from what it
    /// registers; a test holds this list to it.
    /// </summary>
    public static IReadOnlyList<string> ReservedActivities { get; } =
    [
        "AwaitAction", "BeginComponent", "BeginCustomAction", "BeginFollowing", "BeginFulfilment", "CancelAction", "CancelEffects",
        "CommentOnTicket", "CompleteComponent", "CompleteCustomAction", "CompleteFulfilment", "EscalateRequest", "ExecuteAction", "FailAction",
        "FailComment", "FailComponent", "FailEscalation", "FollowAction", "FulfilBundle", "FulfilComponent", "FulfilRequest", "OutlastOutage",
        "PrepareAction", "PrepareComponent", "PrepareEscalation", "RecordFailure", "TellTickets",
    ];

    /// <param name="folder">The catalog's root.</param>
    /// <param name="environment">
    /// The environment variables that the operator lets templates read; null when that is not known, and nothing is said of them.
    /// </param>
    /// <exception cref="IOException">The folder, or something in it, can not be read.</exception>
    public async Task<CheckedFolder> CheckAsync(
        string folder, IReadOnlyCollection<string>? environment, CancellationToken cancellationToken)
    {
        var allowed = EnvironmentAllowList.Assuming(environment);
        var reader = new DocumentReader(allowed, ReservedActivities.ToHashSet(StringComparer.OrdinalIgnoreCase), clock);
        var source = new FolderSource(new CatalogOptions { Folder = folder }, clock, NullLogger<FolderSource>.Instance);
        try
        {
            var tree = await source.ListAsync(memory: null, cancellationToken);
            var documents = await new TreeReader(source, reader).ReadAsync(tree, KnownDocuments.Nothing, cancellationToken);
            var (snapshot, _) = new SnapshotAssembly(allowed, clock.GetUtcNow()).Of(documents.Values, tree.Revision);
            return new CheckedFolder(snapshot with { Findings = [.. tree.Findings, .. FolderOwners.Check(folder), .. snapshot.Findings] }, documents.Count);
        }
        catch (SourceUnavailableException failure)
        {
            throw new IOException(failure.Message, failure);
        }
    }
}

/// <param name="Documents">How many there are, with and without errors.</param>
public sealed record CheckedFolder(CatalogSnapshot Snapshot, int Documents);
