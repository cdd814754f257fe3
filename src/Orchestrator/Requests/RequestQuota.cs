namespace Pao.Orchestrator.Requests;

/// <summary>How much one may have submitted that is neither done nor given up.</summary>
/// <param name="OpenRequests">How many requests.</param>
/// <param name="StoredBytes">How many bytes of fields in them.</param>
public sealed record RequestQuota(int OpenRequests, long StoredBytes);
