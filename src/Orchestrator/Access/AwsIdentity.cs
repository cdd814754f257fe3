using System.Text.RegularExpressions;

namespace Pao.Orchestrator.Access;

/// <summary>
/// A caller's ARN, as AWS tells it. A role that is assumed has another one in each session, so that a principal's identity
/// may name all of them: <c>arn:aws:sts::123456789012:assumed-role/deployer/*</c>. Nothing else is matched by a pattern.
/// </summary>
public static partial class AwsIdentity
{
    public const int MaxLength = 256;

    /// <summary>Whether a principal may be given it.</summary>
    public static bool IsIdentity(string text) => text.Length <= MaxLength && (Exact().IsMatch(text) || EverySession().IsMatch(text));

    /// <summary>Whether a caller can have it.</summary>
    public static bool IsCaller(string text) => text.Length <= MaxLength && Exact().IsMatch(text);

    /// <summary>The identity that means every session of the caller's role; null when it is no session of a role.</summary>
    public static string? EverySessionOf(string caller) =>
        Session().Match(caller) is { Success: true } match ? $"{match.Groups["role"].Value}/*" : null;

    [GeneratedRegex(@"^arn:aws[a-z-]{0,16}:(?:iam::[0-9]{12}:user/(?:[A-Za-z0-9_+=,.@-]+/)*[A-Za-z0-9_+=,.@-]+|sts::[0-9]{12}:(?:assumed-role/[A-Za-z0-9_+=,.@-]+|federated-user)/[A-Za-z0-9_+=,.@-]+)\z")]
    private static partial Regex Exact();

    [GeneratedRegex(@"^arn:aws[a-z-]{0,16}:sts::[0-9]{12}:assumed-role/[A-Za-z0-9_+=,.@-]+/\*\z")]
    private static partial Regex EverySession();

    [GeneratedRegex(@"^(?<role>arn:aws[a-z-]{0,16}:sts::[0-9]{12}:assumed-role/[A-Za-z0-9_+=,.@-]+)/[A-Za-z0-9_+=,.@-]+\z")]
    private static partial Regex Session();
}
