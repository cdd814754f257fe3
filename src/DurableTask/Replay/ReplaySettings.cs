using Microsoft.Extensions.Logging;

namespace Pao.DurableTask.Replay;

/// <summary>What all orchestrations of a worker have in common.</summary>
internal sealed record ReplaySettings(
    DataConverter Converter,
    ILoggerFactory LoggerFactory,
    TimeSpan MaximumTimerInterval,
    TaskVersion DefaultChildVersion)
{
    /// <summary>Whether an activity's input is written as .NET workers do, as an array of one.</summary>
    public bool WrapsActivityInput { get; init; } = true;
}
