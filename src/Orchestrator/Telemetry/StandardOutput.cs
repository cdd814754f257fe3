namespace Pao.Orchestrator.Telemetry;

/// <summary>The process's standard output, which logs and audit entries share.</summary>
public static class StandardOutput
{
    /// <summary>
    /// Held for whole lines: of a write that is longer than a pipe has room for, the system takes a part, and another's line
    /// could come in between.
    /// </summary>
    public static Lock Turn { get; } = new();
}
