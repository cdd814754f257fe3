using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;
using Pao.DurableTask.Converters;

namespace Pao.DurableTask.Worker;

public class DurableTaskWorkerOptions
{
    public DataConverter DataConverter { get; set; } = JsonDataConverter.Default;

    /// <summary>A longer timer is made of several of this length.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "3650.00:00:00")]
    public TimeSpan MaximumTimerInterval { get; set; } = TimeSpan.FromDays(3);

    [ValidateObjectMembers]
    public ConcurrencyOptions Concurrency { get; } = new();

    public VersioningOptions Versioning { get; set; } = new();

    /// <summary>How many orchestrators are kept running between their turns; 0 replays every turn.</summary>
    [Range(0, int.MaxValue)]
    public int MaximumKeptOrchestrators { get; set; } = 1000;

    /// <summary>A stream without any message for this long is taken for dead; the hub pings more often than that.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "1.00:00:00")]
    public TimeSpan SilentDisconnectTimeout { get; set; } = TimeSpan.FromSeconds(120);

    /// <summary>A turn whose decisions are larger is reported in several messages.</summary>
    [Range(MinimumChunkSize, MaximumChunkSize)]
    public int CompleteOrchestrationWorkItemChunkSizeInBytes { get; set; } = MaximumChunkSize;

    /// <summary>
    /// Whether an activity's input is sent as an array of one element, as Microsoft's .NET workers do and expect. Workers
    /// of other languages take the bare value: set this to false when the activities are theirs. Workers of this library
    /// read both, so an input that is itself an array of one element needs the array around it.
    /// </summary>
    public bool WrapsActivityInput { get; set; } = true;

    internal bool OnlyRegisteredTasks { get; set; }

    private const int MinimumChunkSize = 1024 * 1024;

    /// <summary>3.9 MiB: below the 4 MiB that gRPC receives by default.</summary>
    private const int MaximumChunkSize = 4_089_446;

    public class ConcurrencyOptions
    {
        [Range(1, int.MaxValue)]
        public int MaximumConcurrentActivityWorkItems { get; set; } = 100 * Environment.ProcessorCount;

        [Range(1, int.MaxValue)]
        public int MaximumConcurrentOrchestrationWorkItems { get; set; } = 100 * Environment.ProcessorCount;
    }

    /// <summary>Which orchestrations this worker takes, by version.</summary>
    public class VersioningOptions
    {
        /// <summary>This worker's version.</summary>
        public string Version { get; set; } = "";

        /// <summary>The version of sub-orchestrations that are called without one.</summary>
        public string DefaultVersion { get; set; } = "";

        public VersionMatchStrategy MatchStrategy { get; set; } = VersionMatchStrategy.None;

        public VersionFailureStrategy FailureStrategy { get; set; } = VersionFailureStrategy.Reject;
    }

    public enum VersionMatchStrategy
    {
        /// <summary>Any version.</summary>
        None = 0,

        /// <summary>The worker's version only.</summary>
        Strict = 1,

        /// <summary>The worker's version and older ones.</summary>
        CurrentOrOlder = 2,
    }

    public enum VersionFailureStrategy
    {
        /// <summary>Give it back, for another worker.</summary>
        Reject = 0,

        /// <summary>Fail the orchestration.</summary>
        Fail = 1,
    }
}
