namespace Pao.Orchestrator.Following;

/// <summary>An event from outside says that something changed; what did is read from its source. The payload is its key.</summary>
internal static class Hint
{
    public const string EventName = "hint";
}
