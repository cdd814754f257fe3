using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Pao.Activities.Expressions;
using Pao.Activities.Http;
using Pao.Activities.Secrets;

namespace Pao.Activities.Rest;

/// <summary>How a document wants an asynchronous API asked until it is done.</summary>
/// <param name="Config">The action's.</param>
/// <param name="Until">True of the answer when it is done.</param>
/// <param name="FailWhen">True of the answer when it failed.</param>
internal sealed partial record RestPoll(ActionConfig Config, ResponseExpression Until, ResponseExpression? FailWhen)
{
    /// <summary>The member of a handle that people may see.</summary>
    public const string Shown = "waitsFor";

    private const string Address = "url";
    private const string First = "outputs";

    private static readonly TimeSpan DefaultInterval = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan DefaultTimeout = TimeSpan.FromHours(1);
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromDays(365);

    public static RestPoll? Find(ActionConfig config, ResponseExpressions expressions)
    {
        if (config.Find("poll") is null)
            return null;

        if (config.FindText("poll.url") is { } url)
            RequestTarget.SameOrigin(config, Placeholder().Replace(url, "x"), "poll.url"); // a mistake is found before the call
        var poll = new RestPoll(
            config, expressions.Get(config.Text("poll.until")),
            config.FindText("poll.failWhen") is { } failed ? expressions.Get(failed) : null);
        _ = (poll.Interval, poll.Timeout);
        return poll;
    }

    /// <summary>Where a handle says that the state is found.</summary>
    public static Uri AddressOf(JsonObject handle, SecretScope secrets) =>
        Uri.TryCreate(secrets.Text(handle[Address], Address), UriKind.Absolute, out var address)
            ? address
            : throw ActionFailure.Invalid("What is known of the call that began says not where to ask.");

    /// <summary>The outputs of the last answer; what it has not, the first one may have had.</summary>
    public static ActionResult Complete(JsonObject handle, ActionResult last)
    {
        var outputs = (JsonObject)last.Outputs.DeepClone();
        foreach (var (name, value) in handle[First] as JsonObject ?? [])
        {
            if (value is not null && outputs[name] is null)
                outputs[name] = value.DeepClone();
        }

        return last with { Outputs = outputs };
    }

    /// <summary>The first answer came, and the other side goes on.</summary>
    public ActionProgress.Waiting Begin(HttpAnswer answer, ActionResult result, SecretScope secrets)
    {
        var address = Where(answer, result);
        var shown = secrets.Mask(address.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped));
        JsonObject first = [];
        foreach (var (name, value) in result.Outputs)
        {
            if (name is not ("status" or "body"))
                first[name] = value?.DeepClone();
        }

        return Wait(new JsonObject { [Address] = secrets.Mask(address.AbsoluteUri), [Shown] = shown, [First] = first }, answer, DateTimeOffset.MinValue)
            with { ExternalReference = result.ExternalReference };
    }

    /// <exception cref="ActionFailedException">It says that it failed.</exception>
    public bool IsDone(HttpRequestMessage request, HttpAnswer answer, SecretScope secrets)
    {
        if (FailWhen?.Evaluate(answer.Body)?.GetValueKind() is JsonValueKind.True)
            throw ActionFailure.Unsuccessful(secrets.Mask(
                $"{HttpName.Of(request)} says that it failed: {HttpName.Excerpt(secrets.Mask(answer.Text))}"));

        return Until.Evaluate(answer.Body)?.GetValueKind() is JsonValueKind.True;
    }

    public ActionProgress.Waiting GoOn(JsonObject handle, HttpAnswer answer, DateTimeOffset now) => Wait(handle, answer, now);

    private ActionProgress.Waiting Wait(JsonObject handle, HttpAnswer answer, DateTimeOffset now) =>
        new((JsonObject)handle.DeepClone(), $"the answer of {(string?)handle[Shown]}")
        {
            PollAfter = answer.RetryAfter(now) is { } asked && asked > Interval && asked < Longest ? asked : Interval,
            Timeout = Timeout,
        };

    private TimeSpan Interval => Config.FindDuration("poll.interval", Shortest, Longest) ?? DefaultInterval;

    private TimeSpan Timeout => Config.FindDuration("poll.timeout", Shortest, Longest) ?? DefaultTimeout;

    /// <summary>The document's URL, with the action's outputs in it; else where the answer points to.</summary>
    private Uri Where(HttpAnswer answer, ActionResult result)
    {
        if (Config.FindText("poll.url") is { } template)
            return RequestTarget.SameOrigin(Config, Placeholder().Replace(template, name => Fill(name.Groups[1].Value, result.Outputs)), "poll.url");

        if (answer.Location is not { } location)
            throw ActionFailure.Unexpected("The answer has no 'Location' to ask at, and the document gives no 'poll.url'.");

        using var call = RequestTarget.Create(Config, defaultMethod: "GET");
        var address = new Uri(call.RequestUri!, location);
        return RequestTarget.IsSameOrigin(address, call.RequestUri!)
            ? address
            : throw ActionFailure.Unexpected(
                $"The answer's 'Location' leads to {address.GetLeftPart(UriPartial.Authority)}; only the endpoint's own host is asked.");
    }

    private static string Fill(string name, JsonObject outputs) => outputs[name] switch
    {
        JsonValue value => Uri.EscapeDataString(value.ToString()),
        _ => throw ActionFailure.Unexpected($"'poll.url' needs the output '{name}', which the answer does not give."),
    };

    [GeneratedRegex(@"\{([A-Za-z][A-Za-z0-9-]*)\}", RegexOptions.NonBacktracking)]
    private static partial Regex Placeholder();
}
