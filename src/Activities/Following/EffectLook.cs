namespace Pao.Activities.Following;

/// <summary>One look at an effect that goes on.</summary>
/// <param name="Execution">The action.</param>
/// <param name="Waiting">What is known of its effect.</param>
/// <param name="Until">When it is given up; null when it may take for ever.</param>
/// <param name="Misses">How many looks in a row could not read it.</param>
public sealed record EffectLook(ActionExecution Execution, ActionProgress.Waiting Waiting, DateTimeOffset? Until, int Misses);

/// <summary>The orchestration that follows an effect.</summary>
/// <param name="InstanceId">Where events about the effect are sent to.</param>
/// <param name="Until">When it gives up; null when it never does.</param>
public sealed record Follower(string InstanceId, DateTimeOffset? Until);
