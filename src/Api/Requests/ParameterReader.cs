using System.Globalization;
using Pao.Api.Problems;

namespace Pao.Api.Requests;

/// <summary>Reads the parameters of a call; every mistake is named in one <see cref="Refusal"/>.</summary>
internal sealed class ParameterReader(HttpRequest request)
{
    private const int DefaultLimit = 50;
    private const int MaxLimit = 200;
    private const int MaxTextLength = 200;
    private readonly Dictionary<string, string[]> _errors = [];

    /// <summary>What is wrong, or null when everything read so far is right.</summary>
    public ProblemResult? Refusal => _errors.Count == 0
        ? null
        : new(Problem.ParameterInvalid, string.Join(" ", _errors.Select(error => $"{error.Key}: {error.Value[0]}")), _errors);

    /// <summary>The id of the path: text that is no UUID is a mistake to name, not a request that is missing.</summary>
    public Guid Id(string text) =>
        Guid.TryParseExact(text, "D", out var id) ? id : Refuse<Guid>("id", "Must be a UUID.");

    public int Limit() => request.Query["limit"] switch
    {
        [] => DefaultLimit,
        [{ } text] when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) && limit is >= 1 and <= MaxLimit => limit,
        _ => Refuse<int>("limit", $"Must be a number from 1 to {MaxLimit}."),
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

    /// <summary>One of a few words, or null.</summary>
    public T? Word<T>(string name, Func<string, T?> parse, IEnumerable<string> words)
        where T : struct => request.Query[name] switch
        {
            [] => null,
            [{ } text] when parse(text) is { } value => value,
            _ => Refuse<T?>(name, $"Must be one of {string.Join(", ", words)}."),
        };

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
