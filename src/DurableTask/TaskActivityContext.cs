namespace Pao.DurableTask;

/// <summary>What an activity knows about its call.</summary>
public abstract class TaskActivityContext
{
    public abstract TaskName Name { get; }

    /// <summary>The orchestration that called.</summary>
    public abstract string InstanceId { get; }

    /// <summary>The version asked for; "" when none.</summary>
    public virtual string Version => "";

    /// <summary>
    /// Cancelled when the worker stops and the activity was not finished in the time the host gives; the call is then
    /// given back and run again elsewhere. (Not in Microsoft's API.)
    /// </summary>
    public virtual CancellationToken CancellationToken => CancellationToken.None;
}
