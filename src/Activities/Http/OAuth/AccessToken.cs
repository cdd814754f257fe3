using System.Globalization;
using System.Text.Json.Nodes;
using Pao.Activities.Secrets;

namespace Pao.Activities.Http.OAuth;

/// <summary>A token and until when it is used: somewhat shorter than it is good, so that it does not run out on the way.</summary>
internal sealed class AccessToken(string value, DateTimeOffset usedUntil)
{
    private static readonly TimeSpan Unsaid = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestMargin = TimeSpan.FromMinutes(1);

    public string Value => value;

    public DateTimeOffset UsedUntil => usedUntil;

    public static AccessToken Read(HttpRequestMessage request, HttpAnswer answer, DateTimeOffset asked, SecretScope secrets)
    {
        AnswerExpectation.AnySuccess.Check(request, answer, secrets);
        var body = answer.Body as JsonObject;
        if (Text(body?["access_token"]) is not { Length: > 0 } token || token.Any(c => c is <= ' ' or > '~'))
            throw ActionFailure.Unexpected(secrets.Mask($"{HttpName.Of(request)} answered {answer.Status} without an 'access_token' that can be sent."));

        secrets.Protect(token);
        if (Text(body?["token_type"]) is { } type && !type.Equals("bearer", StringComparison.OrdinalIgnoreCase))
            throw ActionFailure.Unexpected(secrets.Mask($"{HttpName.Of(request)} answered with a token of type '{HttpName.Excerpt(type)}'; only bearer can be used."));

        var life = Life(body?["expires_in"]);
        var margin = life / 10 < LongestMargin ? life / 10 : LongestMargin;
        return new AccessToken(token, asked + life - margin);
    }

    // Some servers write the number as a text.
    private static TimeSpan Life(JsonNode? seconds) =>
        double.TryParse(Text(seconds), NumberStyles.Float, CultureInfo.InvariantCulture, out var given) && given is > 0 and < 1e8
            ? TimeSpan.FromSeconds(given)
            : Unsaid;

    private static string? Text(JsonNode? node) => node is JsonValue value ? value.ToString() : null;
}
