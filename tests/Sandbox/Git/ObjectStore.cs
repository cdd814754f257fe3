using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Pao.Sandbox.Git;

/// <summary>Blobs, trees and commits under the ids that git itself gives them.</summary>
internal sealed class ObjectStore
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, (string Type, byte[] Content)> _objects = [];
    private readonly Dictionary<string, IReadOnlyList<TreeEntry>> _trees = [];
    private readonly Dictionary<string, Commit> _commits = [];

    public string WriteBlob(ReadOnlySpan<byte> content) => Write("blob", content);

    /// <summary>Writes a tree and all below it.</summary>
    /// <param name="files">By path from the root.</param>
    public string WriteTree(IReadOnlyDictionary<string, TreeFile> files)
    {
        var entries = files.Where(file => !file.Key.Contains('/'))
            .Select(file => new TreeEntry(file.Key, file.Value.Mode, file.Value.Sha))
            .Concat(files.Where(file => file.Key.Contains('/'))
                .GroupBy(file => file.Key[..file.Key.IndexOf('/')])
                .Select(folder => new TreeEntry(folder.Key, TreeEntry.FolderMode, WriteTree(
                    folder.ToDictionary(file => file.Key[(folder.Key.Length + 1)..], file => file.Value)))))
            .OrderBy(entry => entry.SortName, StringComparer.Ordinal)
            .ToList();

        using var content = new MemoryStream();
        foreach (var entry in entries)
        {
            content.Write(Encoding.UTF8.GetBytes($"{entry.Mode.TrimStart('0')} {entry.Name}\0"));
            content.Write(Convert.FromHexString(entry.Sha));
        }

        var sha = Write("tree", content.ToArray());
        lock (_gate)
            _trees[sha] = entries;
        return sha;
    }

    public Commit WriteCommit(string tree, IReadOnlyList<string> parents, Person author, Person committer, DateTimeOffset at, string message)
    {
        var time = string.Create(CultureInfo.InvariantCulture, $"{at.ToUnixTimeSeconds()} +0000");
        var text = new StringBuilder().Append(CultureInfo.InvariantCulture, $"tree {tree}\n");
        foreach (var parent in parents)
            text.Append(CultureInfo.InvariantCulture, $"parent {parent}\n");
        text.Append(CultureInfo.InvariantCulture, $"author {author.Name} <{author.Email}> {time}\n");
        text.Append(CultureInfo.InvariantCulture, $"committer {committer.Name} <{committer.Email}> {time}\n\n{message}\n");
        var commit = new Commit(Write("commit", Encoding.UTF8.GetBytes(text.ToString())), tree, parents, author, committer, at, message);
        lock (_gate)
            _commits[commit.Sha] = commit;
        return commit;
    }

    public byte[]? FindBlob(string sha)
    {
        lock (_gate)
            return _objects.TryGetValue(sha, out var found) && found.Type == "blob" ? found.Content : null;
    }

    public IReadOnlyList<TreeEntry>? FindTree(string sha)
    {
        lock (_gate)
            return _trees.GetValueOrDefault(sha);
    }

    public Commit? FindCommit(string sha)
    {
        lock (_gate)
            return _commits.GetValueOrDefault(sha);
    }

    public int SizeOf(string sha) => FindBlob(sha)?.Length ?? 0;

    [SuppressMessage("Security", "CA5350", Justification = "Git's ids are SHA-1.")]
    private string Write(string type, ReadOnlySpan<byte> content)
    {
        var header = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{type} {content.Length}\0"));
        var sha = Convert.ToHexStringLower(SHA1.HashData([.. header, .. content]));
        lock (_gate)
            _objects[sha] = (type, content.ToArray());
        return sha;
    }
}

internal sealed record Person(string Name, string Email);

internal sealed record Commit(
    string Sha, string Tree, IReadOnlyList<string> Parents, Person Author, Person Committer, DateTimeOffset At, string Message);

/// <summary>What a path of a tree holds.</summary>
internal sealed record TreeFile(string Mode, string Sha)
{
    public const string Plain = "100644";
    public const string Link = "120000";
    public const string Submodule = "160000";
}

internal sealed record TreeEntry(string Name, string Mode, string Sha)
{
    public const string FolderMode = "040000";

    public string Type => Mode switch
    {
        FolderMode => "tree",
        TreeFile.Submodule => "commit",
        _ => "blob",
    };

    /// <summary>Git sorts a folder as if its name ended with a slash.</summary>
    public string SortName => Mode == FolderMode ? Name + "/" : Name;
}
