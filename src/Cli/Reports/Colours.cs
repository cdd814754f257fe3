namespace Pao.Cli.Reports;

/// <summary>Marks for a terminal; empty everywhere else.</summary>
internal sealed record Colours(string Error, string Warning, string Quiet, string End)
{
    private static readonly Colours None = new("", "", "", "");
    private static readonly Colours Ansi = new("\u001b[1;31m", "\u001b[1;33m", "\u001b[2m", "\u001b[0m");

    /// <summary>None where the output is read by a program, or its reader wants none (no-color.org).</summary>
    public static Colours Of(bool isTerminal) =>
        isTerminal && Environment.GetEnvironmentVariable("NO_COLOR") is null or "" && Environment.GetEnvironmentVariable("TERM") is not "dumb"
            ? Ansi
            : None;
}
