using System.Text.Json.Nodes;
using Pao.Activities.Expressions;
using Pao.Activities.Http;
using Pao.Activities.Secrets;
using Pao.Catalog;

namespace Pao.Activities.Rest;

/// <summary>
/// Calls a REST API and reads outputs from its answer; where the other side goes on working after it, asks until it is done.
/// </summary>
internal sealed class RestApiExecutor(RestCalls calls, SecretStore store, ResponseExpressions expressions, TimeProvider clock)
    : IFollowedExecutor
{
    public string Type => ActionTypes.RestApi;

    public ActionNeeds Needs(JsonObject config) => new(RequestTarget.SystemOf(config));

    public async Task<ActionProgress> StartAsync(ActionExecution execution, CancellationToken cancellationToken)
    {
        var (config, secrets) = await OpenAsync(execution, cancellationToken);

        // All that can be wrong with the document is found before the call, not after its effect.
        var expectation = RestExpectation.Read(config, "expect", expressions);
        var outputs = RestOutputs.Read(execution.Outputs, expressions);
        var poll = RestPoll.Find(config, expressions);
        using var request = RestRequest.Create(config);

        var answer = await calls.SendAsync(request, config, execution, cancellationToken);
        expectation.Check(request, answer, secrets);
        var result = outputs.Select(answer, secrets);
        return poll is null ? new ActionProgress.Done(result) : poll.Begin(answer, result, secrets);
    }

    public async Task<ProbeVerdict> ProbeAsync(ActionExecution execution, CancellationToken cancellationToken)
    {
        var (config, secrets) = await OpenAsync(execution, cancellationToken);
        if (RestProbe.Find(config, expressions) is not { } probe)
        {
            using var call = RequestTarget.Create(config, defaultMethod: "GET");
            return Repetition.Judge(config, call.Method);
        }

        var outputs = RestOutputs.Read(execution.Outputs, expressions);
        var poll = RestPoll.Find(config, expressions);
        using var request = RestRequest.Ask(config, probe.Address, probe.Method);
        var answer = await calls.AskAsync(request, config, execution, cancellationToken);
        if (probe.Judge(request, answer, secrets) is { } verdict)
            return verdict;

        var result = outputs.Select(answer, secrets);
        return new ProbeVerdict.Happened(poll is null ? new ActionProgress.Done(result) : poll.Begin(answer, result, secrets));
    }

    public async Task<ActionProgress> FollowAsync(ActionExecution execution, JsonObject handle, CancellationToken cancellationToken)
    {
        var (config, secrets) = await OpenAsync(execution, cancellationToken);
        var outputs = RestOutputs.Read(execution.Outputs, expressions);
        var poll = RestPoll.Find(config, expressions) ?? throw ActionFailure.Invalid("The action has no 'poll' to follow.");
        using var request = RestRequest.Ask(config, RestPoll.AddressOf(handle, secrets), HttpMethod.Get);

        var answer = await calls.AskAsync(request, config, execution, cancellationToken);
        if (answer.Status is 404 or 410)
            throw ActionFailure.OutcomeUnknown(secrets.Mask(
                $"{HttpName.Of(request)} answered {answer.Status}: what was begun is not known there any more. A person has to say what came of it."));
        AnswerExpectation.AnySuccess.Check(request, answer, secrets);
        return poll.IsDone(request, answer, secrets)
            ? new ActionProgress.Done(RestPoll.Complete(handle, outputs.Select(answer, secrets)))
            : poll.GoOn(handle, answer, clock.GetUtcNow());
    }

    public Task CancelAsync(ActionExecution execution, JsonObject handle, string reason, CancellationToken cancellationToken) =>
        throw ActionFailure.Unsupported(
            $"A 'rest-api' action has no way to be cancelled: {(string?)handle[RestPoll.Shown]} goes on, end it by hand.");

    private async Task<(ActionConfig Config, SecretScope Secrets)> OpenAsync(ActionExecution execution, CancellationToken cancellationToken)
    {
        var secrets = await store.OpenAsync(execution, cancellationToken);
        return (new ActionConfig(execution.Config, secrets), secrets);
    }
}
