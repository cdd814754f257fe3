using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Pao.Activities.GitHub.Runs;

/// <summary>
/// How a run tells for which action it was started: an input, which its workflow shows in the run's name, or in that of a job or
/// a step. GitHub shows a run's inputs to nobody.
/// </summary>
internal sealed partial record RunMarker(string Text)
{
    public static RunMarker Of(ActionExecution execution) =>
        new($"pao-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(execution.IdempotencyKey)))[..32]}");

    public bool IsIn(string? text) => text?.Contains(Text, StringComparison.Ordinal) is true;

    /// <summary>Whether a text has the marker of some action.</summary>
    public static bool IsAnyIn(string text) => Pattern().IsMatch(text);

    [GeneratedRegex("pao-[0-9a-f]{32}", RegexOptions.NonBacktracking)]
    private static partial Regex Pattern();
}
