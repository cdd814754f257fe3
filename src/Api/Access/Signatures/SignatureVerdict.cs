namespace Pao.Api.Access.Signatures;

/// <summary>What became of a call's signature.</summary>
internal abstract record SignatureVerdict
{
    private SignatureVerdict()
    {
    }

    /// <summary>The call is as the holder of the key made it.</summary>
    /// <param name="Key">The key.</param>
    /// <param name="Signature">In hexadecimal digits.</param>
    /// <param name="GoodUntil">When the signature is too old.</param>
    public sealed record Accepted(KeyPair Key, string Signature, DateTimeOffset GoodUntil) : SignatureVerdict;

    /// <summary>The call is not let in. Why is for the log; the caller is told no more than that.</summary>
    public sealed record Refused(SignatureFault Fault) : SignatureVerdict;
}

/// <summary>Why a signature is refused.</summary>
internal enum SignatureFault
{
    /// <summary>It is not written as Signature Version 4 has it.</summary>
    Malformed,

    /// <summary>Parts of it are in the header and in the query.</summary>
    TwoPlaces,

    /// <summary>Nobody has this key, or it is disabled.</summary>
    UnknownKey,

    /// <summary>The key's principal is not there any more, or disabled.</summary>
    UnknownPrincipal,

    /// <summary>It is for another region or service.</summary>
    WrongScope,

    /// <summary>It is from another time than now.</summary>
    OutOfTime,

    /// <summary>A header that changes what the call means is not covered.</summary>
    HeaderNotSigned,

    /// <summary>The session's token is not the key's.</summary>
    WrongSession,

    /// <summary>The body is to be left unchecked, or checked in a way that is not known here.</summary>
    UnknownPayload,

    /// <summary>The call is not the one that was signed, or the secret is another one.</summary>
    Mismatch,

    /// <summary>The body is not the one that was signed.</summary>
    BodyMismatch,

    /// <summary>A read has a body.</summary>
    BodyOfRead,

    /// <summary>The same call was made before with it, and would change something again.</summary>
    Replayed,
}
