using System.Text;
using System.Text.RegularExpressions;

namespace Pao.Catalog.Sources.Ownership;

/// <summary>Who owns which path, as a CODEOWNERS file says it. The last line that matches a path counts.</summary>
/// <param name="File">Where the file is, from the repository's root.</param>
/// <param name="Mistakes">Lines that do not count, as GitHub passes over them.</param>
internal sealed partial record CodeOwners(string File, IReadOnlyList<OwnersRule> Rules, IReadOnlyList<OwnersMistake> Mistakes)
{
    /// <summary>GitHub does not read a larger one.</summary>
    public const int MaxBytes = 3 * 1024 * 1024;

    public static CodeOwners Parse(string file, ReadOnlySpan<byte> utf8)
    {
        var rules = new List<OwnersRule>();
        var mistakes = new List<OwnersMistake>();
        var number = 0;
        foreach (var line in Encoding.UTF8.GetString(utf8).TrimStart('\uFEFF').Split('\n'))
        {
            number++;
            var words = WordsOf(line);
            if (words.Count == 0)
            {
                continue;
            }

            var owners = words.Skip(1).ToList();
            if (OwnersPattern.Parse(words[0], out var mistake) is not { } pattern)
            {
                mistakes.Add(new OwnersMistake(number, mistake ?? "This is no pattern."));
            }
            else if (owners.Find(owner => !Owner().IsMatch(owner)) is { } wrong)
            {
                mistakes.Add(new OwnersMistake(number, $"'{wrong}' is no owner: write @name, @organisation/team or an e-mail address."));
            }
            else
            {
                rules.Add(new OwnersRule(number, pattern, owners));
            }
        }

        return new CodeOwners(file, rules, mistakes);
    }

    /// <returns>null when no line is about the path: then nobody owns it.</returns>
    public OwnersRule? RuleOf(string path) => Rules.LastOrDefault(rule => rule.Pattern.Matches(path));

    /// <summary>What stands between blanks, as it is written, without comments.</summary>
    private static List<string> WordsOf(string line)
    {
        var words = new List<string>();
        for (var at = 0; at < line.Length;)
        {
            if (char.IsWhiteSpace(line[at]))
            {
                at++;
                continue;
            }

            if (line[at] is '#')
            {
                break;
            }

            var start = at;
            while (at < line.Length && !char.IsWhiteSpace(line[at]))
            {
                at += line[at] is '\\' && at + 1 < line.Length ? 2 : 1;
            }

            words.Add(line[start..at]);
        }

        return words;
    }

    [GeneratedRegex(@"^(?:@[A-Za-z0-9](?:[A-Za-z0-9._-]*)(?:/[A-Za-z0-9._-]+)*|[^@\s/]+@[^@\s/]+\.[^@\s/]+)\z", RegexOptions.NonBacktracking)]
    private static partial Regex Owner();
}

/// <summary>One line.</summary>
/// <param name="Owners">As they are written; none means that nobody owns what it matches.</param>
internal sealed record OwnersRule(int Line, OwnersPattern Pattern, IReadOnlyList<string> Owners);

internal sealed record OwnersMistake(int Line, string Message);
