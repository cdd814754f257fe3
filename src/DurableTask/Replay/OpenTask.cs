namespace Pao.DurableTask.Replay;

internal enum OpenTaskKind
{
    Activity,
    Child,
    Timer,
}

/// <summary>An action whose end the orchestrator can await; it is completed inside a turn, and what waits runs at once.</summary>
internal sealed class OpenTask(OpenTaskKind kind, string name) : TaskCompletionSource<string?>
{
    public OpenTaskKind Kind { get; } = kind;

    public string Name { get; } = name;
}
