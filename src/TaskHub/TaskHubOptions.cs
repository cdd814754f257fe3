using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Pao.TaskHub;

/// <summary>Where the hub keeps its state and how it works; bound from <c>Pao:TaskHub</c>.</summary>
public sealed class TaskHubOptions
{
    public const string Section = "Pao:TaskHub";

    internal const string NamePattern = "^[a-zA-Z][a-zA-Z0-9-]{0,44}$";

    /// <summary>The hub's name: instances of different hubs in one database never meet.</summary>
    [Required, RegularExpression(NamePattern, ErrorMessage = "The task hub's name is 1 to 45 letters, digits and dashes, a letter first.")]
    public string Name { get; set; } = "default";

    /// <summary>A PostgreSQL connection string (Npgsql's format). Unset: SQLite in <see cref="DataDirectory"/>.</summary>
    public string? ConnectionString { get; set; }

    /// <summary>Folder of the SQLite file; one process at a time.</summary>
    [Required]
    public string DataDirectory { get; set; } = ".pao";

    /// <summary>How long a node's instances stay its own without a renewal. A dead node's work goes on elsewhere after it.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan Lease { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>How long an instance with nothing to do stays in memory.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00")]
    public TimeSpan IdleRelease { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Bytes of history that idle instances may hold in memory before the least recently used leave early.</summary>
    [Range(0, long.MaxValue)]
    public long ResidentBytes { get; set; } = 256L * 1024 * 1024;

    /// <summary>How many messages may wait in memory before new ones are refused with ResourceExhausted.</summary>
    [Range(1, int.MaxValue)]
    public int MaxWaitingMessages { get; set; } = 100_000;

    /// <summary>How long an event waits for the turn it causes, to share its commit, before it is committed alone.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:00:10")]
    public TimeSpan EventPatience { get; set; } = TimeSpan.FromMilliseconds(50);

    /// <summary>
    /// How often in a row the process may die with an instance in work before the instance (or its activity) is set aside
    /// as failed. From the second time on such instances are handled one at a time.
    /// </summary>
    [Range(2, 1_000)]
    public int MaxAttempts { get; set; } = 5;

    /// <summary>How long an instance that may have killed the process is handled alone before the next one gets its turn.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:10:00")]
    public TimeSpan SuspectTime { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// For how long after the crash of a process of this hub a new instance is stored before its first turn, which may be
    /// what killed it: one that is not stored when it kills cannot be counted.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00")]
    public TimeSpan CarefulTime { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>
    /// Bytes of one input, event or result. A client's larger one is refused with ResourceExhausted, an activity's larger
    /// result fails the activity, and an orchestrator that asks for a larger one fails.
    /// </summary>
    [Range(1024, 1024 * 1024 * 1024)]
    public int MaxPayloadBytes { get; set; } = 4 * 1024 * 1024;

    /// <summary>Events of one execution's history. An instance whose next turn would exceed them ends as failed.</summary>
    [Range(100, int.MaxValue)]
    public int MaxHistoryEvents { get; set; } = 100_000;

    /// <summary>Bytes of one execution's history. An instance whose next turn would exceed them ends as failed.</summary>
    [Range(64 * 1024, long.MaxValue)]
    public long MaxHistoryBytes { get; set; } = 64L * 1024 * 1024;

    /// <summary>How long an instance is kept after its end. Unset: for ever, or until somebody purges it.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "36500.00:00:00")]
    public TimeSpan? Retention { get; set; }

    /// <summary>How often the store is asked for due work that nobody announced.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:01:00")]
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Whether a PostgreSQL hub listens for what other nodes announce, or only polls.</summary>
    [EnumDataType(typeof(HubNotifications))]
    public HubNotifications Notifications { get; set; } = HubNotifications.Auto;

    /// <summary>The same for another hub on the same database.</summary>
    internal TaskHubOptions For(string name)
    {
        var other = (TaskHubOptions)MemberwiseClone();
        other.Name = name;
        return other;
    }
}

/// <summary>How a node learns of other nodes' messages.</summary>
public enum HubNotifications
{
    /// <summary>Listens when the database's notifications arrive, which it finds out; polls otherwise.</summary>
    Auto,

    /// <summary>Polls, and keeps no state in a database session: for a pooler that <see cref="Auto"/> does not recognise.</summary>
    Off,
}

[OptionsValidator]
internal sealed partial class TaskHubOptionsValidator : IValidateOptions<TaskHubOptions>;
