namespace Pao.Catalog.Sources.Ownership;

/// <summary>
/// Which paths a line of CODEOWNERS is about, as GitHub reads it: the patterns of gitignore, without <c>!</c> and <c>[ ]</c>, and
/// with a last <c>*</c> that means files of that folder only. No pattern can take long: neither parts nor letters are tried twice.
/// </summary>
internal sealed class OwnersPattern
{
    private const char AnyOne = '\uFFFE';
    private const char AnyMany = '\uFFFF';

    private readonly string[] _parts;
    private readonly bool _isFolder;
    private readonly bool _isOfFolderOnly;

    private OwnersPattern(string[] parts, bool isFolder)
    {
        _parts = parts;
        _isFolder = isFolder;
        _isOfFolderOnly = !isFolder && parts[^1] == $"{AnyMany}";
    }

    /// <param name="text">As it is written; a backslash takes the meaning from the letter behind it.</param>
    /// <param name="mistake">What GitHub refuses, when there is no pattern.</param>
    public static OwnersPattern? Parse(string text, out string? mistake)
    {
        mistake = text[0] is '!' ? "'!' is not supported in CODEOWNERS." : null;
        if (mistake is not null || Unescape(text, out mistake) is not { } pattern)
        {
            return null;
        }

        var isFolder = pattern.EndsWith('/');
        var parts = pattern.Trim('/').Split('/');
        if (parts.Contains("") || pattern.Contains("//", StringComparison.Ordinal))
        {
            mistake = "A pattern has names between its slashes.";
            return null;
        }

        // A slash at the beginning or in the middle ties it to the root.
        var isTied = pattern.StartsWith('/') || parts.Length > 1;
        return new OwnersPattern(isTied ? parts : [$"{AnyMany}{AnyMany}", .. parts], isFolder);
    }

    /// <param name="path">From the repository's root, with <c>/</c>; of a file.</param>
    public bool Matches(string path)
    {
        var names = path.Split('/');

        // Which numbers of names the parts so far can stand for.
        var reached = new bool[names.Length + 1];
        reached[0] = true;
        for (var part = 0; part < _parts.Length; part++)
        {
            reached = Step(reached, _parts[part], names, isLast: part == _parts.Length - 1);
        }

        return !_isFolder && reached[names.Length] || !_isOfFolderOnly && Array.IndexOf(reached, true, 1) is > 0 and var first && first < names.Length;
    }

    private static bool[] Step(bool[] reached, string part, string[] names, bool isLast)
    {
        var next = new bool[reached.Length];
        if (part == $"{AnyMany}{AnyMany}")
        {
            // At the end it stands for what is in a folder, not for the folder.
            var first = Array.IndexOf(reached, true);
            for (var count = first + (isLast ? 1 : 0); first >= 0 && count < next.Length; count++)
            {
                next[count] = true;
            }

            return next;
        }

        for (var count = 0; count < names.Length; count++)
        {
            next[count + 1] = reached[count] && IsMatch(part, names[count]);
        }

        return next;
    }

    /// <summary>Greedy, with one place to return to: the last star.</summary>
    private static bool IsMatch(string part, string name)
    {
        var (at, letter, star, resume) = (0, 0, -1, 0);
        while (letter < name.Length)
        {
            if (at < part.Length && part[at] is AnyMany)
            {
                (star, resume) = (at++, letter);
            }
            else if (at < part.Length && (part[at] == name[letter] || part[at] is AnyOne))
            {
                at++;
                letter++;
            }
            else if (star >= 0)
            {
                at = star + 1;
                letter = ++resume;
            }
            else
            {
                return false;
            }
        }

        return part.AsSpan(at).TrimStart(AnyMany).IsEmpty;
    }

    /// <summary>Wildcards become letters that no path has, so that an escaped one is a letter like any other.</summary>
    private static string? Unescape(string text, out string? mistake)
    {
        mistake = null;
        var pattern = new System.Text.StringBuilder(text.Length);
        for (var at = 0; at < text.Length; at++)
        {
            switch (text[at])
            {
                case '[' or ']':
                    mistake = "'[ ]' is not supported in CODEOWNERS.";
                    return null;
                case '\\' when at + 1 == text.Length:
                    mistake = "A backslash at the end escapes nothing.";
                    return null;
                case '\\':
                    pattern.Append(text[++at]);
                    break;
                case '*':
                    pattern.Append(AnyMany);
                    break;
                case '?':
                    pattern.Append(AnyOne);
                    break;
                default:
                    pattern.Append(text[at]);
                    break;
            }
        }

        return pattern.ToString();
    }
}
