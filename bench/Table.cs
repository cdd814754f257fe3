using System.Globalization;

namespace Pao.Bench;

/// <summary>Markdown, as docs/benchmarks.md takes it.</summary>
internal static class Table
{
    public static void Head(string title, params ReadOnlySpan<string> columns)
    {
        Console.WriteLine();
        Console.WriteLine($"**{title}**");
        Console.WriteLine();
        Console.WriteLine($"| {string.Join(" | ", columns)} |");
        Console.WriteLine($"|{string.Concat(Enumerable.Repeat("---|", columns.Length))}");
    }

    public static void Row(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));

    public static string Verdict(bool reached) => reached ? "reached" : "missed";
}
