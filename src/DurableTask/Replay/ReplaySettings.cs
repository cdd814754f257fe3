using Microsoft.Extensions.Logging;

namespace Pao.DurableTask.Replay;

/// <summary>What all orchestrations of a worker have in common.</summary>
internal sealed record ReplaySettings(
    DataConverter Converter,
    ILoggerFactory LoggerFactory,
    TimeSpan MaximumTimerInterval,
    TaskVersion DefaultChildVersion);
