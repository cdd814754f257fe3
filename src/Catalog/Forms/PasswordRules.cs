namespace Pao.Catalog.Forms;

/// <summary>What a strength asks of a password, in terms that a schema has too.</summary>
internal static class PasswordRules
{
    public const int MaxLength = 1024;

    private static readonly (string Pattern, string Name) Lower = ("[a-z]", "a lower case letter (a to z)");
    private static readonly (string Pattern, string Name) Upper = ("[A-Z]", "an upper case letter (A to Z)");
    private static readonly (string Pattern, string Name) Digit = ("[0-9]", "a digit");
    private static readonly (string Pattern, string Name) Other = ("[^A-Za-z0-9]", "a character that is neither of these letters nor a digit");

    public static IReadOnlyList<string> Strengths { get; } =
        [.. Enum.GetNames<PasswordStrength>().Select(name => name.ToLowerInvariant())];

    public static int MinLength(FieldLimits limits) => Math.Max(limits.MinLength ?? 0, limits.Strength switch
    {
        PasswordStrength.Weak => 8,
        PasswordStrength.Medium => 10,
        PasswordStrength.Strong => 14,
        _ => limits.MinLength is null ? 8 : 0,
    });

    /// <summary>The kinds of characters of which one each must be there.</summary>
    public static IReadOnlyList<(string Pattern, string Name)> Kinds(FieldLimits limits) => limits.Strength switch
    {
        PasswordStrength.Medium => [Lower, Upper, Digit],
        PasswordStrength.Strong => [Lower, Upper, Digit, Other],
        _ => [],
    };
}
