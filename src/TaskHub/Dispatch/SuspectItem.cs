using Pao.TaskHub.Residency;

namespace Pao.TaskHub.Dispatch;

/// <summary>A turn or an activity whose workers were lost time and again: it may be what kills them.</summary>
internal abstract record SuspectItem
{
    /// <summary>How often in a row.</summary>
    public abstract int Losses { get; }

    /// <summary>Whether somebody still waits for it.</summary>
    public abstract bool IsWanted { get; }

    /// <summary>What tells one hand-over of it from another; null while no worker has it.</summary>
    public abstract object? Hand { get; }

    /// <summary>Whether the stream accepts it and its limits leave room for it.</summary>
    public abstract bool Fits(WorkerStream stream);
}

internal sealed record SuspectTurn(Resident Resident) : SuspectItem
{
    public override int Losses => Resident.Losses?.OfTurn ?? 0;

    public override bool IsWanted => Resident.Queued;

    public override object? Hand => Resident.Turn;

    public override bool Fits(WorkerStream stream) =>
        stream.HasRoomForTurn && stream.AcceptsOrchestrator(Resident.State.Name, Resident.State.Version);
}

internal sealed record SuspectActivity(ActivityItem Item) : SuspectItem
{
    public override int Losses => Item.Losses;

    public override bool IsWanted => !Item.Dropped;

    public override object? Hand => Item.Stream is null || Item.Reported ? null : Item.Token;

    public override bool Fits(WorkerStream stream) =>
        stream.HasRoomForActivity && stream.AcceptsActivity(Item.Name, Item.Scheduled.TaskScheduled.Version);
}
