namespace Pao.TaskHub;

/// <summary>Whether this process can accept and keep work.</summary>
public sealed class TaskHubHealth
{
    private readonly EmbeddedTaskHub _hub;

    internal TaskHubHealth(EmbeddedTaskHub hub) => _hub = hub;

    /// <summary>True while the process is a member of the hub: its store answers and its lease holds.</summary>
    public bool IsReady => _hub.IsMember;

    /// <summary>Which database the hub is on, without credentials.</summary>
    public string Store => _hub.Node.Store.Description;
}
