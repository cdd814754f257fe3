namespace Pao.DurableTask;

/// <summary>
/// .NET workers write an activity's input as an array of one element, and take an array of one element for such; other
/// SDKs write the bare value. No input stays no input.
/// </summary>
internal static class ActivityInput
{
    public static string? Wrap(string? payload) => payload is null ? null : $"[{payload}]";

    public static string? Unwrap(string? input)
    {
        var text = input.AsSpan().Trim();
        if (text.Length < 2 || text[0] != '[' || text[^1] != ']')
            return input;

        var inner = text[1..^1].Trim();
        return IsOneValue(inner) ? inner.ToString() : input;
    }

    /// <summary>Whether there is one value: something, and no comma outside its brackets and strings.</summary>
    private static bool IsOneValue(ReadOnlySpan<char> inner)
    {
        var depth = 0;
        var quoted = false;
        for (var i = 0; i < inner.Length; i++)
        {
            switch (inner[i])
            {
                case '\\' when quoted: i++; break;
                case '"': quoted = !quoted; break;
                case '[' or '{' when !quoted: depth++; break;
                case ']' or '}' when !quoted: depth--; break;
                case ',' when !quoted && depth == 0: return false;
            }
        }

        return inner.Length > 0;
    }
}
