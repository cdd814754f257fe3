using Pao.Activities.Expressions;
using Pao.Activities.Http;
using Pao.Activities.Secrets;

namespace Pao.Activities.Rest;

/// <summary>The question that a document gives for the case that an answer was lost: is the effect there?</summary>
internal sealed record RestProbe(Uri Address, HttpMethod Method, RestExpectation Expectation)
{
    public static RestProbe? Find(ActionConfig config, ResponseExpressions expressions)
    {
        if (config.Find("probe") is null)
            return null;

        var method = (config.FindText("probe.method") ?? "GET").ToUpperInvariant() switch
        {
            "GET" => HttpMethod.Get,
            "HEAD" => HttpMethod.Head,
            var other => throw ActionFailure.Invalid($"'probe.method' is '{other}'; a probe asks with GET or HEAD."),
        };
        return new RestProbe(
            RequestTarget.SameOrigin(config, config.Text("probe.url"), "probe.url"), method, RestExpectation.Read(config, "probe.expect", expressions));
    }

    /// <returns>Null when the effect is there.</returns>
    public ProbeVerdict? Judge(HttpRequestMessage request, HttpAnswer answer, SecretScope secrets)
    {
        if (Expectation.IsMet(answer))
            return null;

        return answer.Status switch
        {
            404 or 410 => new ProbeVerdict.DidNotHappen(),
            >= 200 and < 300 => new ProbeVerdict.DidNotHappen(), // it answered, and what was looked for is not in it
            408 or 425 or 429 or >= 500 => throw ActionFailure.Unavailable(secrets.Mask(
                $"The probe {HttpName.Of(request)} answered {answer.Status}; it is asked again.")),
            _ => new ProbeVerdict.Unknown(secrets.Mask(
                $"The probe {HttpName.Of(request)} answered {answer.Status}, which does not tell.")),
        };
    }
}
