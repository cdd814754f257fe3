using System.Globalization;
using Pao.Api.Problems;

namespace Pao.Api.Requests;

/// <summary>Reads the parameters of a call; every mistake is named in one <see cref="Refusal"/>.</summary>
internal sealed class ParameterReader(HttpRequest request)
{
    private const int DefaultLimit = 50;
    private const int MaxLimit = 200;
    private const int MaxTextLength = 200;
    private const int MaxIdLength = 250;
    private static readonly string[] TimeFormats = ["yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd"];
    private readonly Dictionary<string, string[]> _errors = [];

    /// <summary>What is wrong, or null when everything read so far is right.</summary>
    public ProblemResult? Refusal => _errors.Count == 0
        ? null
        : new(Problem.ParameterInvalid, string.Join(" ", _errors.Select(error => $"{error.Key}: {error.Value[0]}")), _errors);

    /// <summary>The id of the path: text that is no UUID is a mistake to name, not a request that is missing.</summary>
    public Guid Id(string text) =>
        Guid.TryParseExact(text, "D", out var id) ? id : Refuse<Guid>("id", "Must be a UUID.");

    /// <summary>The id of an orchestration in the path, which is text of its maker's choice.</summary>
    public string InstanceId(string text) =>
        text is { Length: > 0 and <= MaxIdLength } && !text.Contains('\0')
            ? text
            : Refuse<string>("id", $"Must have 1 to {MaxIdLength} characters, none of them U+0000.") ?? "";

    public int Limit(int otherwise = DefaultLimit, int max = MaxLimit) => request.Query["limit"] switch
    {
        [] => otherwise,
        [{ } text] when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) && limit >= 1 && limit <= max => limit,
        _ => Refuse<int>("limit", $"Must be a number from 1 to {max}."),
    };

    /// <summary>The place to go on after, or null at the beginning.</summary>
    public T? After<T>()
        where T : class => request.Query["cursor"] switch
        {
            [] => null,
            [{ } text] when Cursor.Read<T>(text) is { } keys => keys,
            _ => Refuse<T>("cursor", "Must be the next_cursor of a page of this list."),
        };

    public string? Text(string name) => request.Query[name] switch
    {
        [] => null,
        [{ Length: > 0 and <= MaxTextLength } text] when !text.Contains('\0') => text,
        _ => Refuse<string>(name, $"Must be given once, as text of 1 to {MaxTextLength} characters."),
    };

    public Guid? Uuid(string name) => request.Query[name] switch
    {
        [] => null,
        [{ } text] when Guid.TryParseExact(text, "D", out var id) => id,
        _ => Refuse<Guid?>(name, "Must be a UUID."),
    };

    /// <summary>A whole number that is not negative, or null.</summary>
    public long? Number(string name) => request.Query[name] switch
    {
        [] => null,
        [{ } text] when long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) => number,
        _ => Refuse<long?>(name, "Must be a number, 0 or more."),
    };

    /// <summary>One of a few words, or null.</summary>
    public T? Word<T>(string name, Func<string, T?> parse, IEnumerable<string> words)
        where T : struct => request.Query[name] switch
        {
            [] => null,
            [{ } text] when parse(text) is { } value => value,
            _ => Refuse<T?>(name, $"Must be one of {string.Join(", ", words)}."),
        };

    /// <summary>Some of a few words, with commas between them or the parameter repeated; none when it is not given.</summary>
    public IReadOnlyList<T> Words<T>(string name, Func<string, T?> parse, IEnumerable<string> words)
        where T : struct
    {
        var values = request.Query[name].SelectMany(text => (text ?? "").Split(',')).Select(parse).ToList();
        return values.Contains(null)
            ? Refuse<IReadOnlyList<T>>(name, $"Must be one or several of {string.Join(", ", words)}.") ?? []
            : [.. values.OfType<T>().Distinct()];
    }

    /// <summary>A time of RFC 3339, or null.</summary>
    public DateTimeOffset? Time(string name) => request.Query[name] switch
    {
        [] => null,
        [{ } text] when DateTimeOffset.TryParseExact(
            text, TimeFormats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time) => time,
        _ => Refuse<DateTimeOffset?>(name, "Must be a time such as 2026-01-31T08:00:00Z."),
    };

    /// <summary>True when the parameter says so, false when it is not given.</summary>
    public bool Flag(string name) => request.Query[name] switch
    {
        [] => false,
        ["true"] => true,
        ["false"] => false,
        _ => Refuse<bool>(name, "Must be true or false."),
    };

    /// <summary>Names a mistake that only the endpoint can see.</summary>
    public void Refuse(string name, string message) => _errors[name] = [message];

    /// <summary>A number of seconds, written 30 or 30s.</summary>
    public TimeSpan Seconds(string name, int max) => request.Query[name] switch
    {
        [] => TimeSpan.Zero,
        [{ } text] when int.TryParse(WithoutUnit(text), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds <= max =>
            TimeSpan.FromSeconds(seconds),
        _ => Refuse<TimeSpan>(name, $"Must be a number of seconds up to {max}, such as 30s."),
    };

    private static string WithoutUnit(string text) => text.EndsWith('s') ? text[..^1] : text;

    private T? Refuse<T>(string name, string message)
    {
        _errors[name] = [message];
        return default;
    }
}
