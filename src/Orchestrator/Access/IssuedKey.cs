namespace Pao.Orchestrator.Access;

/// <summary>An access key that was issued here, without its secret.</summary>
public sealed record IssuedKey(
    string Id,
    string PrincipalId,
    DateTimeOffset CreatedAt,
    string CreatedBy,
    DateTimeOffset? ExpiresAt,
    DateTimeOffset? DisabledAt,
    DateTimeOffset? LastUsedAt)
{
    public IssuedKeyState StateAt(DateTimeOffset now) =>
        DisabledAt is not null ? IssuedKeyState.Disabled
        : ExpiresAt <= now ? IssuedKeyState.Expired
        : IssuedKeyState.Active;
}

public enum IssuedKeyState
{
    Active,
    Disabled,
    Expired,
}

/// <summary>A key that signs, with its secret.</summary>
public sealed record LiveKey(string Id, string Secret, string PrincipalId, DateTimeOffset? ExpiresAt)
{
    public override string ToString() => Id;
}

/// <summary>What became of a change of a key.</summary>
public abstract record AccessKeyOutcome
{
    private AccessKeyOutcome()
    {
    }

    /// <summary>The key is there, and its secret is told this once.</summary>
    public sealed record Issued(IssuedKey Key, string Secret) : AccessKeyOutcome
    {
        public override string ToString() => Key.Id;
    }

    /// <summary>It stands as it was asked for.</summary>
    public sealed record Kept(IssuedKey Key) : AccessKeyOutcome;

    /// <summary>The principal has as many as one can have; nothing was changed.</summary>
    /// <param name="OfActive">Whether it is the active ones that are too many.</param>
    public sealed record TooMany(bool OfActive) : AccessKeyOutcome;

    public sealed record NoPrincipal : AccessKeyOutcome;

    public sealed record NoKey : AccessKeyOutcome;
}
