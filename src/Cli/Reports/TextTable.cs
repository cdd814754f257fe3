namespace Pao.Cli.Reports;

/// <summary>Rows under headings, each column as wide as its widest cell.</summary>
internal static class TextTable
{
    public static void Write(TextWriter output, string[] headings, IReadOnlyList<string[]> rows)
    {
        string[][] all = [headings, .. rows.Select(row => row.Select(PlainText.Of).ToArray())];
        var widths = headings.Select((_, column) => all.Max(row => row[column].Length)).ToArray();
        foreach (var row in all)
            output.WriteLine(string.Join("  ", row.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd());
    }
}
