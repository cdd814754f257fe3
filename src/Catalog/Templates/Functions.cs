using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Pao.Catalog.Templates;

/// <summary>What templates can call. The size of every result is known to be within the budget before it is made.</summary>
internal sealed class Functions(DateTimeOffset now, Budget budget)
{
    /// <summary>Each function and how many arguments it takes.</summary>
    public static IReadOnlyDictionary<string, (int Least, int Most)> Signatures { get; } =
        new Dictionary<string, (int, int)>(StringComparer.Ordinal)
        {
            ["upper"] = (1, 1),
            ["lower"] = (1, 1),
            ["trim"] = (1, 1),
            ["replace"] = (3, 3),
            ["concat"] = (1, 20),
            ["join"] = (1, 2),
            ["split"] = (2, 2),
            ["slug"] = (1, 1),
            ["default"] = (2, 2),
            ["json"] = (1, 1),
            ["base64"] = (1, 1),
            ["sha256"] = (1, 1),
            ["uuid"] = (0, 0),
            ["timestamp"] = (0, 0),
            ["date"] = (0, 2),
            ["number"] = (1, 1),
            ["length"] = (1, 1),
            ["coalesce"] = (1, 20),
        };

    /// <summary>Why a call can not be right; null when it can.</summary>
    public static (string Message, string? Suggestion)? Problem(string function, int arguments)
    {
        if (!Signatures.TryGetValue(function, out var takes))
        {
            return ($"There is no function '{function}'.",
                Nearest.DidYouMean(function, Signatures.Keys) ?? $"known: {string.Join(", ", Signatures.Keys)}");
        }

        if (arguments >= takes.Least && arguments <= takes.Most)
        {
            return null;
        }

        var wanted = takes.Least == takes.Most ? $"{takes.Least}" : $"{takes.Least} to {takes.Most}";
        return ($"'{function}' takes {wanted} arguments, not {arguments}.", null);
    }

    public JsonNode? Apply(string function, JsonNode?[] arguments)
    {
        if (Problem(function, arguments.Length) is { } problem)
        {
            throw new TemplateException(problem.Message, problem.Suggestion);
        }

        return function switch
        {
            "concat" when arguments[0] is JsonArray => Joined(arguments),
            "concat" => Made(string.Concat(Bounded(arguments.Select(value => Written(value, function)).ToArray()))),
            "join" => Join(arguments),
            "split" => Split(Written(arguments[0], function), Written(arguments[1], function)),
            "uuid" => Made(Guid.NewGuid().ToString()),
            "timestamp" => Made(now.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture)),
            "date" => Date(arguments),
            "number" => Number(arguments[0]),
            "length" => Length(arguments[0]),
            "json" => Made(WholeText.Of(arguments[0], function)?.ToJsonString(JsonText.Options) ?? "null"),
            _ => Made(OfText(function, [.. arguments.Select(value => Written(value, function))])),
        };
    }

    /// <summary>A value as text; lists and objects have none of their own.</summary>
    public static string Written(JsonNode? value, string where) => value?.GetValueKind() switch
    {
        JsonValueKind.String => WholeText.Of(Values.Text(value) ?? "", where),
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        JsonValueKind.Number => value.ToJsonString(),
        null or JsonValueKind.Null => throw new TemplateException(
            $"'{where}' has no value to write.", "say what to write instead with default(x, y)"),
        _ => throw new TemplateException(
            $"'{where}' would write a list or an object as text.", "use join(x, ', ') or json(x)"),
    };

    private string OfText(string function, string[] texts)
    {
        budget.Produce(texts[0].Length); // whatever comes of it, some take it apart
        return function switch
        {
            "upper" => texts[0].ToUpperInvariant(),
            "lower" => texts[0].ToLowerInvariant(),
            "trim" => texts[0].Trim(),
            "replace" => Replace(texts[0], texts[1], texts[2]),
            "slug" => Slug(texts[0]),
            "base64" => Convert.ToBase64String(Encoding.UTF8.GetBytes(texts[0])),
            "sha256" => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(texts[0]))),
            _ => throw new TemplateException($"'{function}' is no function of text."),
        };
    }

    private JsonValue Made(string text)
    {
        budget.Text(text.Length);
        return JsonValue.Create(text);
    }

    private string[] Bounded(string[] texts)
    {
        budget.Text(texts.Sum(text => (long)text.Length));
        return texts;
    }

    private string Replace(string text, string old, string put)
    {
        if (old.Length == 0)
        {
            throw new TemplateException("'replace' can not replace an empty text.");
        }

        var times = 0L;
        for (var at = text.IndexOf(old, StringComparison.Ordinal); at >= 0; at = text.IndexOf(old, at + old.Length, StringComparison.Ordinal))
        {
            times++;
        }

        budget.Text(text.Length + times * (put.Length - old.Length));
        return text.Replace(old, put, StringComparison.Ordinal);
    }

    private JsonArray Joined(JsonNode?[] lists)
    {
        var items = lists
            .SelectMany(list => list as JsonArray
                ?? throw new TemplateException("'concat' joins lists with lists, or texts with texts."))
            .ToList();
        budget.Items(items.Count);
        return new JsonArray([.. items.Select(item => item?.DeepClone())]);
    }

    private JsonValue Join(JsonNode?[] arguments)
    {
        var items = arguments[0] as JsonArray ?? throw new TemplateException("'join' takes a list.");
        var between = arguments.Length > 1 ? Written(arguments[1], "join") : ", ";
        var texts = items.Select(item => Written(item, "join")).ToArray();
        budget.Text(texts.Sum(text => (long)text.Length + between.Length));
        return Made(string.Join(between, texts));
    }

    private JsonArray Split(string text, string at)
    {
        if (at.Length == 0)
        {
            throw new TemplateException("'split' needs a text to split at.");
        }

        // Counted before anything is made.
        var pieces = 1;
        for (var i = text.IndexOf(at, StringComparison.Ordinal); i >= 0 && pieces <= Budget.MaxItems; i = text.IndexOf(at, i + at.Length, StringComparison.Ordinal))
        {
            pieces++;
        }

        budget.Items(pieces);
        return new JsonArray([.. text.Split(at, StringSplitOptions.None).Select(piece => (JsonNode)piece)]);
    }

    private static string Slug(string text)
    {
        var slug = new StringBuilder(text.Length);
        foreach (var c in text.ToLowerInvariant())
        {
            if (char.IsAsciiLetterOrDigit(c))
            {
                slug.Append(c);
            }
            else if (slug.Length > 0 && slug[^1] != '-')
            {
                slug.Append('-');
            }
        }

        return slug.ToString().TrimEnd('-');
    }

    private JsonValue Date(JsonNode?[] arguments)
    {
        var moment = now;
        if (arguments.Length > 0 && !DateTimeOffset.TryParse(
            Written(arguments[0], "date"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out moment))
        {
            throw new TemplateException("'date' takes a date such as 2026-01-31 or a time such as 2026-01-31T08:00:00Z.");
        }

        var format = arguments.Length > 1 ? Written(arguments[1], "date") : "yyyy-MM-dd";
        try
        {
            return format.Length is > 0 and <= 50 ? Made(moment.ToString(format, CultureInfo.InvariantCulture)) : throw new FormatException();
        }
        catch (FormatException)
        {
            var shown = format.Length <= 50 ? format : format[..50] + "…";
            throw new TemplateException($"'date' knows no format '{shown}'.", "write for example 'yyyy-MM-dd HH:mm'");
        }
    }

    private static JsonNode Number(JsonNode? value)
    {
        if (Values.Number(value) is not null)
        {
            return value!;
        }

        var text = Written(value, "number");
        return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole)
            ? JsonValue.Create(whole)
            : text.Length <= 40 && decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
                ? JsonValue.Create(number)
                : throw new TemplateException("'number' was given a text that is no number.");
    }

    private static JsonValue Length(JsonNode? value) => JsonValue.Create(value switch
    {
        JsonArray items => items.Count,
        JsonObject properties => properties.Count,
        _ => Written(value, "length").EnumerateRunes().Count(),
    });
}
