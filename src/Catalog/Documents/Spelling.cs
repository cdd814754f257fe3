using System.Text.RegularExpressions;

namespace Pao.Catalog.Documents;

/// <summary>How ids, keys, versions and addresses are written.</summary>
internal static partial class Spelling
{
    public static bool IsKebabCase(string text) => KebabCase().IsMatch(text);

    public static bool IsCamelCase(string text) => CamelCase().IsMatch(text);

    /// <summary>Ids of fields, groups and actions: templates name them, so they are kebab- or camelCase.</summary>
    public static bool IsName(string text) => IsKebabCase(text) || IsCamelCase(text);

    public static bool IsSemver(string text) => Semver().IsMatch(text);

    public static bool IsEmail(string text) => text.Length <= 254 && Email().IsMatch(text);

    /// <summary>In code points, as JSON Schema counts.</summary>
    public static int Length(string text) => text.EnumerateRunes().Count();

    public static bool IsHttpHeader(string text) => HttpToken().IsMatch(text);

    public static bool IsHclName(string text) => HclName().IsMatch(text);

    public static bool IsEpicKey(string text) => EpicKey().IsMatch(text);

    public static bool IsWorkflowFile(string text) => WorkflowFile().IsMatch(text);

    public static bool IsRepositoryName(string text) => RepositoryName().IsMatch(text);

    /// <summary>A path below a folder that names a Terraform file; it may be or end in a template.</summary>
    public static bool IsTerraformFile(string text) => TerraformFile().IsMatch(text);

    public static bool IsProjectKey(string text) => ProjectKey().IsMatch(text);

    [GeneratedRegex(@"^[a-z][a-z0-9]*(-[a-z0-9]+)*\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex KebabCase();

    [GeneratedRegex(@"^[a-z][a-zA-Z0-9]*\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex CamelCase();

    [GeneratedRegex(
        @"^(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)(-[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)?(\+[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)?\z",
        RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Semver();

    [GeneratedRegex(@"^[^\s@<>""]+@[^\s@<>""]+\.[^\s@<>"".]+\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Email();

    [GeneratedRegex(@"^[A-Z][A-Z0-9_]*\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex ProjectKey();

    [GeneratedRegex(@"^[!#$%&'*+.^_`|~0-9A-Za-z-]+\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex HttpToken();

    [GeneratedRegex(@"^[A-Za-z_][A-Za-z0-9_-]*\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex HclName();

    [GeneratedRegex(@"^[A-Z][A-Z0-9_]*-[1-9][0-9]*\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex EpicKey();

    [GeneratedRegex(@"^[A-Za-z0-9._-]+\.ya?ml\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex WorkflowFile();

    [GeneratedRegex(@"^[A-Za-z0-9._-]+\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex RepositoryName();

    [GeneratedRegex(@"^(?!/)(?!\.\.(/|\z))(?!.*/\.\.(/|\z))[^\\\r\n]*(\.tf|\.tfvars|\}\}|%\})\z", RegexOptions.CultureInvariant)]
    private static partial Regex TerraformFile();
}
