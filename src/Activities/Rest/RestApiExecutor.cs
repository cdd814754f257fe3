using System.Text.Json.Nodes;
using Pao.Activities.Expressions;
using Pao.Activities.Http;
using Pao.Activities.Secrets;
using Pao.Catalog;

namespace Pao.Activities.Rest;

/// <summary>Calls a REST API and reads outputs from its answer.</summary>
internal sealed class RestApiExecutor(RestCalls calls, SecretStore store, ResponseExpressions expressions) : IActionExecutor
{
    public string Type => ActionTypes.RestApi;

    public ActionNeeds Needs(JsonObject config) => new(RequestTarget.SystemOf(config));

    public async Task<ActionProgress> StartAsync(ActionExecution execution, CancellationToken cancellationToken)
    {
        var secrets = await store.OpenAsync(execution, cancellationToken);
        var config = new ActionConfig(execution.Config, secrets);
        if (config.Find("poll") is not null)
            throw ActionFailure.Unsupported("'poll' is not supported by this version; nothing was called.");

        // All that can be wrong with the document is found before the call, not after its effect.
        var expectation = RestExpectation.Read(config, expressions);
        var outputs = RestOutputs.Read(execution.Outputs, expressions);
        using var request = RestRequest.Create(config);

        var answer = await calls.SendAsync(request, config, execution, cancellationToken);
        expectation.Check(request, answer, secrets);
        return new ActionProgress.Done(outputs.Select(answer, secrets));
    }

    public Task<ProbeVerdict> ProbeAsync(ActionExecution execution, CancellationToken cancellationToken) =>
        Task.FromResult<ProbeVerdict>(new ProbeVerdict.Repeatable("the call has the same idempotency key."));
}
