namespace Pao.Activities.Terraform;

/// <summary>Where a module comes from, and whether that is allowed.</summary>
internal static class ModuleSource
{
    private static readonly string[] HarmlessParameters = ["ref", "depth"];

    /// <param name="source">As a file has it.</param>
    /// <param name="allowed">Beginnings, as an operator has them.</param>
    public static bool IsAllowed(string source, IEnumerable<string> allowed) =>
        source.All(IsPlain) && allowed.Any(beginning => IsBelow(source, beginning));

    // A beginning ends where a part of the path does: acme/net is no beginning of acme/network, and github.com none of github.com@evil.
    private static bool IsBelow(string source, string beginning)
    {
        if (!source.StartsWith(beginning, StringComparison.Ordinal))
            return false;

        var rest = source[beginning.Length..];
        return (rest.Length is 0 || beginning.EndsWith('/') || rest[0] is '/' or '?') && IsHarmless(rest);
    }

    private static bool IsHarmless(string rest)
    {
        var parts = rest.Split('?');
        return parts.Length <= 2
            && !parts[0].Split('/').Contains("..")
            && !parts[0].Contains(':')
            && (parts.Length is 1 || parts[1].Split('&').All(parameter => HarmlessParameters.Contains(parameter.Split('=')[0])));
    }

    // Neither white space and backslashes, nor what is percent-encoded: it might be read as something else.
    private static bool IsPlain(char c) => c is > ' ' and < '\x7f' and not ('\\' or '%' or '"' or '#');
}
