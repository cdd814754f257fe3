namespace Pao.Sandbox.Git;

/// <summary>A branch that has moved.</summary>
internal sealed record Push(Repository Repository, string Branch, string Before, string After, string By, bool Forced)
{
    /// <summary>What hooks say in place of a commit that is not there.</summary>
    public const string Nothing = "0000000000000000000000000000000000000000";
}
