using Pao.Catalog.Sources.Git;

namespace Pao.Catalog.Sources.Ownership;

/// <summary>Reads the CODEOWNERS of a tree; the last one is remembered.</summary>
internal sealed class CodeOwnersFiles(IGitHost host)
{
    private (string Sha, CodeOwners Owners)? _last;

    /// <param name="tree">SHAs by path.</param>
    /// <param name="prefix">The catalog's folder with a slash, or empty.</param>
    public async Task<(OwnershipRules Rules, Finding? Mistake)> ReadAsync(
        IReadOnlyDictionary<string, string> tree, string prefix, CancellationToken cancellationToken)
    {
        var none = new OwnershipRules(null, host.CodeOwnersPlaces);
        if (host.CodeOwnersPlaces.FirstOrDefault(tree.ContainsKey) is not { } file)
        {
            return (none, null);
        }

        var sha = tree[file];
        if (_last is { } last && last.Sha == sha && last.Owners.File == file)
        {
            return (new OwnershipRules(last.Owners, host.CodeOwnersPlaces), null);
        }

        var bytes = await host.BlobAsync(sha, CodeOwners.MaxBytes + 1, cancellationToken)
            ?? throw new SourceUnavailableException($"{host.Name} has no content of {file} ({sha}).");
        if (bytes.Length > CodeOwners.MaxBytes)
        {
            return (none, OwnershipFindings.TooLarge(file, prefix));
        }

        var owners = CodeOwners.Parse(file, bytes);
        _last = (sha, owners);
        return (new OwnershipRules(owners, host.CodeOwnersPlaces), null);
    }
}
