namespace Pao.Api.Access.Sts;

/// <summary>What AWS says of a token.</summary>
internal abstract record StsAnswer
{
    private StsAnswer()
    {
    }

    /// <summary>It was signed by this identity.</summary>
    public sealed record Identity(string Arn) : StsAnswer;

    /// <summary>It is not good. Why is for the log.</summary>
    public sealed record Refused(string Reason) : StsAnswer;

    /// <summary>Whether it is good cannot be found out now. Why is for the log.</summary>
    public sealed record Unavailable(string Reason) : StsAnswer;
}
