namespace Pao.Api.Correlation;

/// <summary>
/// The id that ties together everything a call causes: its log lines, the request it makes, the calls that fulfil it.
/// </summary>
internal static class CorrelationId
{
    public const string Header = "X-Correlation-Id";
    private const int MaxLength = 128;
    private static readonly object Key = new();

    public static string Of(HttpContext context) =>
        context.Items.TryGetValue(Key, out var known) && known is string id ? id : Take(context);

    private static string Take(HttpContext context)
    {
        var id = context.Request.Headers[Header] is [{ } sent] && IsValid(sent) ? sent : Guid.NewGuid().ToString();
        context.Items[Key] = id;
        return id;
    }

    // Anything else could forge log lines or headers further on.
    private static bool IsValid(string id) =>
        id.Length is > 0 and <= MaxLength && id.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-');
}
