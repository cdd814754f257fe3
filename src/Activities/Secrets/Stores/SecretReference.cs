using System.Text.RegularExpressions;

namespace Pao.Activities.Secrets.Stores;

/// <summary>A secret as documents name it: by a name of the configuration, or as <c>store.path#key</c>.</summary>
/// <param name="Text">As it is written after <c>secrets.</c>.</param>
/// <param name="Store">The store's name; null when the configuration holds it.</param>
/// <param name="Path">Where it is in the store.</param>
/// <param name="Key">Which value of what is there.</param>
internal sealed partial record SecretReference(string Text, string? Store, string Path, string Key)
{
    /// <returns>Null when it is no reference at all.</returns>
    public static SecretReference? Parse(string text)
    {
        if (Plain().IsMatch(text))
            return new SecretReference(text, Store: null, text, "");

        return Stored().Match(text) is { Success: true } parts && IsPath(parts.Groups["path"].Value)
            ? new SecretReference(text, parts.Groups["store"].Value, parts.Groups["path"].Value, parts.Groups["key"].Value)
            : null;
    }

    /// <summary>The path's segments, each encoded for a URL.</summary>
    public string EncodedPath => string.Join('/', Path.Split('/').Select(Uri.EscapeDataString));

    // A segment of dots would step to where nobody looked.
    private static bool IsPath(string path) =>
        path.TrimStart('/').Split('/').All(segment => segment.Length > 0 && segment.Trim('.').Length > 0);

    [GeneratedRegex("^[A-Za-z0-9._-]{1,128}$", RegexOptions.NonBacktracking)]
    private static partial Regex Plain();

    [GeneratedRegex(@"^(?<store>[A-Za-z0-9_-]{1,64})\.(?<path>[A-Za-z0-9_./+=@:-]{1,512})#(?<key>[A-Za-z0-9_.-]{1,128})$", RegexOptions.NonBacktracking)]
    private static partial Regex Stored();
}
