using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Pao.Sandbox.TerraformCloud;

/// <summary>A version of a workspace's configuration: its files, and of which commit they are.</summary>
internal sealed class Configuration(string id, string workspace)
{
    public string Id => id;

    public string Workspace => workspace;

    /// <summary>By path; null until they are there.</summary>
    public IReadOnlyDictionary<string, string>? Files { get; set; }

    public string? Commit { get; init; }

    public string? CommitMessage { get; init; }

    public string? Error { get; private set; }

    public int LooksUntilReady { get; set; }

    public void Unpack(byte[] archive)
    {
        try
        {
            Files = Read(archive);
        }
        catch (Exception broken) when (broken is InvalidDataException or EndOfStreamException or FormatException)
        {
            Error = "The archive can not be read.";
        }
    }

    public JsonObject ToJson(string api)
    {
        var status = (Error, Files) switch
        {
            ({ }, _) => "errored",
            (_, null) => "pending",
            _ when LooksUntilReady-- > 0 => "pending",
            _ => "uploaded",
        };
        return new JsonObject
        {
            ["id"] = id,
            ["type"] = "configuration-versions",
            ["attributes"] = new JsonObject
            {
                ["auto-queue-runs"] = Commit is not null,
                ["error"] = Error is null ? null : "invalid",
                ["error-message"] = Error,
                ["source"] = Commit is null ? "tfe-api" : "github",
                ["speculative"] = false,
                ["provisional"] = false,
                ["status"] = status,
                ["status-timestamps"] = new JsonObject(),
                ["upload-url"] = Files is null ? $"{api[..api.IndexOf("/api/v2", StringComparison.Ordinal)]}/archivist/v1/object/{id}" : null,
            },
            ["links"] = new JsonObject { ["self"] = $"/api/v2/configuration-versions/{id}" },
        };
    }

    /// <summary>The outputs that its root module declares, with values as far as those are written there.</summary>
    public IEnumerable<(string Name, JsonNode Value, bool IsSensitive)> OutputsIn(string folder) =>
        from file in Files ?? new Dictionary<string, string>()
        where (Path.GetDirectoryName(file.Key) ?? "") == folder && file.Key.EndsWith(".tf", StringComparison.Ordinal)
        from block in Regex.Matches(file.Value, """output\s+"([A-Za-z0-9_-]+)"\s*\{([^}]*)\}""").Cast<Match>()
        let name = block.Groups[1].Value
        let written = Regex.Match(block.Groups[2].Value, """value\s*=\s*(?:"([^"$]*)"|([0-9]+)\s*$)""", RegexOptions.Multiline)
        select (
            name,
            written.Groups[2].Success ? int.Parse(written.Groups[2].Value, System.Globalization.CultureInfo.InvariantCulture)
                : (JsonNode)(written.Groups[1].Success ? written.Groups[1].Value : $"{name}.{workspace}.sandbox.example"),
            Regex.IsMatch(block.Groups[2].Value, @"sensitive\s*=\s*true"));

    private static Dictionary<string, string> Read(byte[] archive)
    {
        var files = new Dictionary<string, string>(StringComparer.Ordinal);
        using var tar = new TarReader(new GZipStream(new MemoryStream(archive), CompressionMode.Decompress));
        while (tar.GetNextEntry() is { } entry)
        {
            if (entry.EntryType is not (TarEntryType.RegularFile or TarEntryType.V7RegularFile))
                continue;
            using var content = new MemoryStream();
            entry.DataStream?.CopyTo(content);
            files[entry.Name] = Encoding.UTF8.GetString(content.ToArray());
        }

        return files;
    }
}
