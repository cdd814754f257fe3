namespace Pao.Activities.Terraform.Hcl;

internal enum HclTokenKind
{
    /// <summary>A name: of an attribute, a block, a function.</summary>
    Name,
    Number,

    /// <summary>An operator, a comma, a dot.</summary>
    Sign,

    /// <summary><c>{</c>, <c>[</c>, <c>(</c>, <c>${</c> or <c>%{</c>, a quote, or the beginning of a heredoc.</summary>
    Open,

    /// <summary>What closes the latest of those.</summary>
    Close,

    /// <summary>What stands in a text as it is, escapes included.</summary>
    Text,

    /// <summary>The end of a line of code.</summary>
    Line,
    End,
}

/// <summary>One word or sign of a file.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Text">As it is written.</param>
/// <param name="Line">From 1.</param>
internal sealed record HclToken(HclTokenKind Kind, string Text, int Line)
{
    public bool Is(HclTokenKind kind, string text) => Kind == kind && Text == text;
}
