using System.Formats.Tar;
using System.Globalization;
using System.IO.Compression;
using System.Text.Json.Nodes;
using Pao.Activities.Jira;
using Pao.Activities.Terraform.Repositories;

namespace Pao.Activities.Terraform.Cloud;

/// <summary>
/// What a workspace runs, as Terraform Cloud takes it: all files of the mapping's folder at a commit, because a run destroys what
/// its configuration does not name.
/// </summary>
internal static class ConfigurationArchive
{
    private const int MostFiles = 2_000;
    private const long MostBytes = 20 * 1024 * 1024;

    /// <param name="repository">Where the files are.</param>
    /// <param name="commit">When.</param>
    /// <param name="root">The folder of the repository that is the archive's root, without slashes at its ends.</param>
    /// <param name="folder">The folder of the repository whose files it holds: the root, or below it.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<byte[]> MakeAsync(
        MappedRepository repository, string commit, string root, string folder, CancellationToken cancellationToken)
    {
        var files = await ListAsync(repository, commit, folder, cancellationToken);
        using var archive = new MemoryStream();
        await using (var compressed = new GZipStream(archive, CompressionLevel.Optimal, leaveOpen: true))
        await using (var tar = new TarWriter(compressed, TarEntryFormat.Pax, leaveOpen: true))
        {
            foreach (var (path, sha) in files)
            {
                var content = new MemoryStream(await BlobAsync(repository, sha, cancellationToken));
                await tar.WriteEntryAsync(
                    new PaxTarEntry(TarEntryType.RegularFile, root.Length is 0 ? path : path[(root.Length + 1)..]) { DataStream = content, ModificationTime = DateTimeOffset.UnixEpoch },
                    cancellationToken);
            }
        }

        return archive.ToArray();
    }

    private static async Task<IReadOnlyList<(string Path, string Sha)>> ListAsync(
        MappedRepository repository, string commit, string folder, CancellationToken cancellationToken)
    {
        var tree = (await repository.AtAsync(commit, cancellationToken)).Tree;
        var operation = $"git/trees/{tree}?recursive=1";
        var listing = await repository.GitHub.GetAsync(operation, cancellationToken);
        if (listing["tree"] is not JsonArray entries)
            throw repository.GitHub.Malformed(HttpMethod.Get, operation);
        if (listing["truncated"] is JsonValue cut && cut.GetValueKind() is System.Text.Json.JsonValueKind.True)
            throw TooLarge(repository, "more files than GitHub lists at once");

        // Links and submodules are left out: what they point to is not here.
        var files = entries.OfType<JsonObject>()
            .Where(entry => entry["type"].AsText() is "blob" && entry["mode"].AsText() is "100644" or "100755")
            .Select(entry => (Path: entry["path"].AsText() ?? "", Sha: entry["sha"].AsText() ?? "", Size: (long?)entry["size"] ?? 0))
            .Where(file => folder.Length is 0 || file.Path.StartsWith($"{folder}/", StringComparison.Ordinal))
            .ToList();
        if (files.Count > MostFiles)
            throw TooLarge(repository, string.Create(CultureInfo.InvariantCulture, $"{files.Count} files, and at most {MostFiles} are uploaded"));
        return files.Sum(file => file.Size) <= MostBytes
            ? [.. files.Select(file => (file.Path, file.Sha))]
            : throw TooLarge(repository, string.Create(CultureInfo.InvariantCulture, $"more than the {MostBytes} bytes that are uploaded"));
    }

    private static async Task<byte[]> BlobAsync(MappedRepository repository, string sha, CancellationToken cancellationToken)
    {
        var operation = $"git/blobs/{sha}";
        var blob = await repository.GitHub.GetAsync(operation, cancellationToken);
        return blob["content"].AsText() is { } content ? MappedRepository.Bytes(content) : throw repository.GitHub.Malformed(HttpMethod.Get, operation);
    }

    private static ActionFailedException TooLarge(MappedRepository repository, string why) => ActionFailure.Rejected(
        $"The folder of {repository.Mapping.ConfigurationPath} has {why}. Connect the workspace with the repository, and set Source to Vcs.");
}
