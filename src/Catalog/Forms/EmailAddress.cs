using System.Text.RegularExpressions;

namespace Pao.Catalog.Forms;

/// <summary>What counts as an e-mail address in a form: the same as in Ajv, with which forms are checked in browsers.</summary>
internal static partial class EmailAddress
{
    public const int MaxLength = 254;

    public static bool IsOne(string text) => text.Length <= MaxLength && Pattern().IsMatch(text);

    [GeneratedRegex(
        @"^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*@([A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?\.)+[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?\z",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Pattern();
}
