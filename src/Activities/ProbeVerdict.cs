namespace Pao.Activities;

/// <summary>What became of an attempt of which only the intent is known.</summary>
public abstract record ProbeVerdict
{
    private ProbeVerdict()
    {
    }

    /// <summary>The effect is there, and is adopted as if this attempt had made it.</summary>
    public sealed record Happened(ActionProgress Progress) : ProbeVerdict;

    /// <summary>The other system does not have it, and will not come to have it by itself.</summary>
    public sealed record DidNotHappen : ProbeVerdict;

    /// <summary>It may be there, but the call may be made again: that changes nothing, or the other system knows the key.</summary>
    /// <param name="Why">For people, such as <c>PUT is idempotent</c>.</param>
    public sealed record Repeatable(string Why) : ProbeVerdict;

    /// <summary>Nobody can tell; a person decides.</summary>
    /// <param name="Why">For people: what was looked for, and why that says nothing.</param>
    public sealed record Unknown(string Why) : ProbeVerdict;
}
