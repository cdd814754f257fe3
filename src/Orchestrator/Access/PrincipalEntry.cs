namespace Pao.Orchestrator.Access;

/// <summary>A principal as administrators see it.</summary>
/// <param name="Principal">Who it is, and what it may do.</param>
/// <param name="Identities">What it is called elsewhere; see <see cref="AwsIdentity"/>.</param>
/// <param name="CreatedAt">When it was first kept.</param>
/// <param name="UpdatedAt">When it was last changed.</param>
/// <param name="DisabledAt">Since when it is let in no more.</param>
public sealed record PrincipalEntry(
    Principal Principal, IReadOnlyList<string> Identities, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt, DateTimeOffset? DisabledAt);

/// <summary>What became of writing a principal.</summary>
public abstract record PrincipalOutcome
{
    private PrincipalOutcome()
    {
    }

    /// <summary>It stands as it was asked for; new when there was none with its id.</summary>
    public sealed record Kept(PrincipalEntry Entry, bool IsNew) : PrincipalOutcome;

    /// <summary>Nothing was changed: another principal has this identity.</summary>
    public sealed record IdentityTaken(string Identity, string PrincipalId) : PrincipalOutcome;
}
