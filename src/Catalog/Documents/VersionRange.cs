using Semver;

namespace Pao.Catalog.Documents;

/// <summary>A range of semantic versions, written as npm does: <c>^1.2.0</c>, <c>~1.2</c>, <c>&gt;=1.0.0 &lt;2.0.0</c>, <c>1.x || 2.x</c>.</summary>
internal sealed class VersionRange
{
    private const int MaxLength = 200;

    private readonly SemVersionRange _range;

    private VersionRange(string written, SemVersionRange range) => (Written, _range) = (written, range);

    public string Written { get; }

    /// <returns>Null for what is no range.</returns>
    public static VersionRange? Parse(string written) =>
        !string.IsNullOrWhiteSpace(written) && SemVersionRange.TryParseNpm(written, out var range, MaxLength)
            ? new VersionRange(written, range)
            : null;

    /// <param name="version">A semantic version.</param>
    public bool Contains(string version) =>
        SemVersion.TryParse(version, SemVersionStyles.Strict, out var parsed) && _range.Contains(parsed);
}
