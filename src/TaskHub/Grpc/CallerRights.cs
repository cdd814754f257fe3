namespace Pao.TaskHub.Grpc;

/// <summary>What a caller may do on a hub.</summary>
internal enum CallerRights
{
    /// <summary>Run activities whose names are not reserved.</summary>
    Activities,

    /// <summary>Everything.</summary>
    All,
}
