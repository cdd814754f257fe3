namespace Pao.Api.Access.Signatures;

/// <summary>An access key with its secret.</summary>
/// <param name="Id">Public; <c>AKIA</c>-like, as signers expect it.</param>
/// <param name="Secret">Known to PAO and its holder.</param>
/// <param name="Principal">Whose calls it signs.</param>
internal sealed record KeyPair(string Id, string Secret, string Principal)
{
    /// <summary>Of temporary credentials; a call must show it.</summary>
    public string? SessionToken { get; init; }

    public override string ToString() => Id;
}
