using Pao.Activities.Secrets;

namespace Pao.Activities.Http;

/// <summary>Which statuses mean that the action is done. Without a list, every 2xx does.</summary>
internal sealed record AnswerExpectation(IReadOnlyCollection<int> Statuses)
{
    public static AnswerExpectation AnySuccess { get; } = new([]);

    public bool IsMet(HttpAnswer answer) => Statuses.Count is 0 ? answer.IsSuccess : Statuses.Contains(answer.Status);

    public void Check(HttpRequestMessage request, HttpAnswer answer, SecretScope secrets)
    {
        if (IsMet(answer))
            return;

        // Masked before it is cut, so that no half of a secret is left at the cut.
        var message = $"{HttpName.Of(request)} answered {answer.Status} {answer.Reason}".TrimEnd();
        if (answer.Text.Length > 0)
            message += $": {HttpName.Excerpt(secrets.Mask(answer.Text))}";
        message = secrets.Mask(message);

        throw answer.Status switch
        {
            425 or 429 => ActionFailure.Unavailable(message, answer.Pause?.Delta),
            408 or >= 500 => ActionFailure.Lost(message, answer.Pause?.Delta),
            >= 400 => ActionFailure.Rejected(message),
            >= 300 => ActionFailure.Unexpected($"{message} (redirects are not followed; name the final address in the document)"),
            _ => ActionFailure.Unexpected($"{message} (expected: {string.Join(", ", Statuses)})"),
        };
    }
}
