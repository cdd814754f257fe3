using System.Text;
using YamlDotNet.Core;

namespace Pao.Catalog.Yaml;

/// <summary>A tab in the indentation, of which the parser tells only where the block around it began.</summary>
internal static class TabIndent
{
    /// <returns>Where the tab stands; null when the failure is not about one.</returns>
    public static Place? Find(ReadOnlySpan<byte> utf8, YamlException failure)
    {
        if (!failure.Message.Contains(" tab ", StringComparison.Ordinal))
        {
            return null;
        }

        var line = 0;
        foreach (var text in Encoding.UTF8.GetString(utf8).EnumerateLines())
        {
            line++;
            var tab = text[..^text.TrimStart().Length].IndexOf('\t');
            if (line >= failure.Start.Line && tab >= 0 && !text.IsWhiteSpace())
            {
                return new Place(line, tab + 1, Pointer.Root);
            }
        }

        return null;
    }
}
