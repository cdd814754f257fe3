using System.Text.RegularExpressions;
using Pao.Catalog.Yaml;

namespace Pao.Catalog.Documents.Configs;

/// <summary>The <c>{name}</c> of a <c>poll.url</c>: each stands for an output that the action names.</summary>
internal static partial class PollPlaceholders
{
    public static void Check(YamlMapping? config, YamlNode? outputs, FindingList findings)
    {
        if ((config?.Find("poll") as YamlMapping)?.Find("url") is not YamlScalar { Value: string url } place)
        {
            return;
        }

        var known = (outputs as YamlMapping)?.Entries.Select(output => output.Key).ToList() ?? [];
        foreach (Match placeholder in Placeholder().Matches(url))
        {
            var name = placeholder.Groups["name"].Value;
            if (!known.Contains(name))
            {
                findings.Error(
                    "poll.placeholder", place.Place, $"'poll.url' names '{{{name}}}', which is no output of this action.",
                    Nearest.DidYouMean(name, known) ?? $"add it to 'outputs', as in '{name}: id'");
            }
        }
    }

    [GeneratedRegex(@"(?<![{%])\{(?<name>[A-Za-z][A-Za-z0-9-]*)\}(?![}%])", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Placeholder();
}
