using System.Net;

namespace Pao.Activities.Resilience;

/// <summary>Makes each call of a client through the external system that it goes to, up to the end of its answer, and measures it.</summary>
internal sealed class SystemHandler(ExternalSystems systems) : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var system = systems.Of(request);
        var call = systems.Metrics.Begin(system.Name);
        try
        {
            var response = await system.SendAsync(
                async token => await WholeAnswer.ReadAsync(await base.SendAsync(request, token), ExternalSystems.MostOf(request), token),
                cancellationToken);
            call.End(OutcomeOf(response.StatusCode));
            return response;
        }
        catch (Exception failure) when (failure is HttpRequestException or SystemUnavailableException or OperationCanceledException or IOException)
        {
            call.End(OutcomeOf(failure));
            throw;
        }
    }

    private static string OutcomeOf(HttpStatusCode status) => (int)status switch
    {
        < 400 => "ok",
        429 => "throttled",
        408 or >= 500 => "failed",
        _ => "rejected",
    };

    private static string OutcomeOf(Exception failure) => failure switch
    {
        SystemUnavailableException { WasSent: false } => "held_back",
        AnswerTooLargeException { StatusCode: { } status } => OutcomeOf(status),
        Egress.EgressRefusedException => "refused",
        OperationCanceledException => "timeout",
        _ => "lost",
    };
}
