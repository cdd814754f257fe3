using System.Text.Json.Nodes;
using Pao.Activities.Http;

namespace Pao.Activities.GitHub.Runs;

/// <summary>
/// Starts a workflow, and knows the very run that it has started: GitHub says so when asked to; a server that cannot is asked for
/// the run with the marker.
/// </summary>
internal sealed class RunStart(GitHubClients clients, RunSearch search, TimeProvider clock)
{
    private const string Details = "return_run_details";

    // Clocks differ, and GitHub's is not ours.
    private static readonly TimeSpan ClockMargin = TimeSpan.FromMinutes(15);

    public async Task<ActionProgress> StartAsync(ActionExecution execution, CancellationToken cancellationToken)
    {
        var (client, call) = await PrepareAsync(execution, cancellationToken);
        var began = clock.GetUtcNow();
        var marker = RunMarker.Of(execution);
        var (answer, form) = await SendAsync(client, call, marker, cancellationToken);
        var run = answer.Status is 204
            ? await IdentifyAsync(client, call, form, marker, began, cancellationToken)
            : Read(answer, client, call);
        return call.Waits ? RunProgress.Waiting(run, "started", clock.GetUtcNow()) : RunProgress.Done(run, conclusion: null, client.Secrets);
    }

    public async Task<ProbeVerdict> ProbeAsync(ActionExecution execution, CancellationToken cancellationToken)
    {
        var (client, call) = await PrepareAsync(execution, cancellationToken);
        var marker = RunMarker.Of(execution);
        var found = await search.FindAsync(marker, call, BegunAt(execution) - ClockMargin, client, cancellationToken);
        if (found.Run is { } run)
            return new ProbeVerdict.Happened(RunProgress.Waiting(Handle(run, client, call), run.Standing, clock.GetUtcNow(), lookAtOnce: true));

        return found is { Candidates: [], IsWhole: true } ? new ProbeVerdict.DidNotHappen() : new ProbeVerdict.Unknown(Unclear(client, call, found));
    }

    /// <summary>All that can be wrong is found before anything is started.</summary>
    private async Task<(GitHubClient Client, WorkflowCall Call)> PrepareAsync(ActionExecution execution, CancellationToken cancellationToken)
    {
        var client = await clients.OpenAsync(execution, WorkflowCall.RepositoryOf(execution.Config), cancellationToken);
        var call = WorkflowCall.Read(new ActionConfig(execution.Config, client.Secrets), client.Repository);
        if (client.Owner.WhyRefused(call.Repository) is { } refusal)
            throw ActionFailure.Invalid(refusal);
        if (client.Owner.Options.MarkerInput is { Length: > 0 } input && call.Inputs.ContainsKey(input))
            throw ActionFailure.Invalid($"'inputs.{input}' is set by the service: by it a run tells for which action it was started.");

        return (client, call);
    }

    /// <summary>Calls without what the server or the workflow refuses to know: a refusal has no effect.</summary>
    private static async Task<(HttpAnswer Answer, DispatchForm Form)> SendAsync(
        GitHubClient client, WorkflowCall call, RunMarker marker, CancellationToken cancellationToken)
    {
        var input = client.Owner.Options.MarkerInput;
        var form = new DispatchForm(IsMarked: input.Length > 0 && call.Inputs.Count < WorkflowCall.MostInputs, AsksForRun: true);
        var path = $"{call.Path}/dispatches";
        while (true)
        {
            var answer = await PostAsync(client, path, Body(call, form, input, marker), cancellationToken);
            if (answer.IsSuccess)
                return (answer, form);

            var reason = answer.Status is 400 or 422 ? answer.Text : "";
            if (form.AsksForRun && reason.Contains(Details, StringComparison.Ordinal))
                form = form with { AsksForRun = false };
            else if (form.IsMarked && reason.Contains(input, StringComparison.Ordinal))
                form = form with { IsMarked = false };
            else
                throw client.Refused(HttpMethod.Post, path, answer);

            if (form is { IsMarked: false, AsksForRun: false })
                throw ActionFailure.Rejected(
                    $"Nothing was started: this GitHub cannot tell which run it starts, and {call.Workflow} takes no input by which the run could be "
                    + $"found. {Advice(input)}");
        }
    }

    private static async Task<HttpAnswer> PostAsync(GitHubClient client, string path, JsonObject body, CancellationToken cancellationToken)
    {
        try
        {
            return await client.AskAsync(HttpMethod.Post, path, body, cancellationToken);
        }
        catch (ActionFailedException flood) when (flood.Code is ActionFailure.TooLargeCode)
        {
            // There may be a run, and the next attempt finds it.
            throw ActionFailure.Lost(flood.Message);
        }
    }

    private static JsonObject Body(WorkflowCall call, DispatchForm form, string markerInput, RunMarker marker)
    {
        var inputs = (JsonObject)call.Inputs.DeepClone();
        if (form.IsMarked)
            inputs[markerInput] = marker.Text;
        var body = new JsonObject { ["ref"] = call.Ref, ["inputs"] = inputs };
        if (form.AsksForRun)
            body[Details] = true;
        return body;
    }

    private RunHandle Read(HttpAnswer answer, GitHubClient client, WorkflowCall call) =>
        answer.Body is JsonObject body && WorkflowRun.Number(body["workflow_run_id"]) is { } id && body["html_url"]?.ToString() is { Length: > 0 } url
            ? new RunHandle(client.Repository.FullName, id, url, call.Workflow, clock.GetUtcNow())
            : throw client.Malformed(HttpMethod.Post, $"{call.Path}/dispatches");

    /// <summary>The run of a call that was answered without it.</summary>
    private async Task<RunHandle> IdentifyAsync(
        GitHubClient client, WorkflowCall call, DispatchForm form, RunMarker marker, DateTimeOffset began, CancellationToken cancellationToken)
    {
        try
        {
            var found = form.IsMarked
                ? await search.FindAsync(marker, call, began - ClockMargin, client, cancellationToken)
                : new RunsFound(Run: null, [], IsWhole: false);
            return found.Run is { } run
                ? Handle(run, client, call)
                : throw ActionFailure.OutcomeUnknown(
                    $"GitHub has started {call.Workflow}, but not said which run that is. {Unclear(client, call, found)} "
                    + Advice(client.Owner.Options.MarkerInput));
        }
        catch (ActionFailedException failure) when (failure.Effect is ActionEffect.None)
        {
            // What failed is the question; the run is there.
            throw failure.With(ActionEffect.Unknown);
        }
    }

    private RunHandle Handle(WorkflowRun run, GitHubClient client, WorkflowCall call) =>
        new(client.Repository.FullName, run.Id, run.Url, call.Workflow, clock.GetUtcNow());

    private static string Unclear(GitHubClient client, WorkflowCall call, RunsFound found) => found.Candidates switch
    {
        [] => $"Look for it among the runs of {call.Workflow} in {client.Repository.FullName}.",
        var several => $"It may be one of these, which show no marker: {string.Join(", ", several.Take(5).Select(run => run.Url))}"
            + $"{(several.Count > 5 || !found.IsWhole ? " and others" : "")}.",
    };

    private static string Advice(string input) => input.Length is 0
        ? "An operator sets MarkerInput, and the workflow takes an input of that name and shows it in its run-name."
        : $"Give the workflow the input {input}, and show it: run-name: \"… ${{{{ inputs.{input} }}}}\".";

    // A request's id begins with its time.
    private DateTimeOffset BegunAt(ActionExecution execution) => execution.BegunAt
        ?? (execution.RequestId.Version is 7
            ? DateTimeOffset.FromUnixTimeMilliseconds(Convert.ToInt64(execution.RequestId.ToString("N")[..12], 16))
            : clock.GetUtcNow() - TimeSpan.FromDays(1));

    /// <param name="IsMarked">Whether the marker is among the inputs.</param>
    /// <param name="AsksForRun">Whether the answer is to say which run it is.</param>
    private sealed record DispatchForm(bool IsMarked, bool AsksForRun);
}
