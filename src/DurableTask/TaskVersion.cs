namespace Pao.DurableTask;

/// <summary>
/// The version of an orchestrator or activity; "" means none. Two versions that both read as numbers (<c>2.10</c>) are
/// ordered as numbers, others as text without regard to case; none is the oldest.
/// </summary>
public readonly struct TaskVersion(string version) : IEquatable<TaskVersion>, IComparable<TaskVersion>
{
    public static readonly TaskVersion Unversioned = new("");

    private readonly string? _version = version;

    public string Version => _version ?? "";

    public static implicit operator TaskVersion(string value) => new(value);

    public static implicit operator string(TaskVersion value) => value.Version;

    public static bool operator ==(TaskVersion left, TaskVersion right) => left.Equals(right);

    public static bool operator !=(TaskVersion left, TaskVersion right) => !left.Equals(right);

    public static bool operator <(TaskVersion left, TaskVersion right) => left.CompareTo(right) < 0;

    public static bool operator >(TaskVersion left, TaskVersion right) => left.CompareTo(right) > 0;

    public static bool operator <=(TaskVersion left, TaskVersion right) => left.CompareTo(right) <= 0;

    public static bool operator >=(TaskVersion left, TaskVersion right) => left.CompareTo(right) >= 0;

    public bool Equals(TaskVersion other) => string.Equals(Version, other.Version, StringComparison.OrdinalIgnoreCase);

    public int CompareTo(TaskVersion other) =>
        (Version.Length, other.Version.Length) switch
        {
            (0, 0) => 0,
            (0, _) => -1,
            (_, 0) => 1,
            _ when System.Version.TryParse(Version, out var mine) && System.Version.TryParse(other.Version, out var theirs) =>
                mine.CompareTo(theirs),
            _ => string.Compare(Version, other.Version, StringComparison.OrdinalIgnoreCase),
        };

    public override bool Equals(object? obj) => obj is TaskVersion other && Equals(other);

    public override int GetHashCode() => StringComparer.OrdinalIgnoreCase.GetHashCode(Version);

    public override string ToString() => Version;
}
