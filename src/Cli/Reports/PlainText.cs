namespace Pao.Cli.Reports;

/// <summary>
/// Text that may be anybody's: it must not move a terminal's cursor, hide a line from its reader, or begin one that a build
/// server obeys. What would is shown as U+FFFD.
/// </summary>
internal static class PlainText
{
    public static string Of(string text) => string.Concat(text.Select(c => char.IsControl(c) ? '\uFFFD' : c));
}
