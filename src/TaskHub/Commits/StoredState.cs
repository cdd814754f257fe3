using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Pao.DurableTask.Protocol;

namespace Pao.TaskHub.Commits;

/// <summary>An instance's row: its state as bytes, and the columns that tell of it when the bytes cannot be read.</summary>
internal sealed record StoredState(
    byte[] Bytes,
    string Id,
    string ExecutionId,
    string Name,
    OrchestrationStatus Status,
    string? ParentId,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt,
    DateTimeOffset? CompletedAt)
{
    /// <summary>The state, and whether it is whole: one row that cannot be read keeps no other from being read.</summary>
    public OrchestrationState Read(out bool whole)
    {
        try
        {
            var state = OrchestrationState.Parser.ParseFrom(Bytes);
            whole = state.InstanceId == Id;
            return whole ? state : FromColumns();
        }
        catch (InvalidProtocolBufferException)
        {
            whole = false;
            return FromColumns();
        }
    }

    private OrchestrationState FromColumns() => new()
    {
        InstanceId = Id,
        ExecutionId = ExecutionId,
        Name = Name,
        OrchestrationStatus = Status,
        ParentInstanceId = ParentId,
        CreatedTimestamp = CreatedAt.ToTimestamp(),
        LastUpdatedTimestamp = UpdatedAt.ToTimestamp(),
        CompletedTimestamp = CompletedAt?.ToTimestamp(),
    };
}
