using System.Text.Json;

namespace Pao.Catalog.Sources.Ownership;

/// <summary>
/// The last revision that was judged, and what of it is not in force. It is kept with the documents: what was refused stays
/// refused after a restart, and the next push is compared with what was judged, not with what happened to be there.
/// </summary>
/// <param name="Source">The repository and branch that it is about.</param>
internal sealed record JudgedState(string Source, OwnershipMode Mode, string Revision, IReadOnlyList<RefusedChange> Refused)
{
    /// <returns>null when there is none, or it is of another source.</returns>
    public static JudgedState? Read(string? memory, string source)
    {
        try
        {
            return memory is not null && JsonSerializer.Deserialize<JudgedState>(memory) is { Source: { } of, Revision: not null, Refused: not null } state && of == source
                ? state
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public string Write() => JsonSerializer.Serialize(this);
}

/// <summary>A change that did not come into force, or was only reported.</summary>
/// <param name="Path">From the repository's root.</param>
/// <param name="InForce">The SHA of what is in force instead; null when the file is not in force at all.</param>
/// <param name="Content">The SHA of what was refused; null when the file was deleted.</param>
/// <param name="Commit">Where it came from; null when no commit says so.</param>
/// <param name="Message">What its author is told.</param>
internal sealed record RefusedChange(string Path, string? InForce, string? Content, string? Commit, string Message);
