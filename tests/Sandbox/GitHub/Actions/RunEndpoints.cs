using System.Globalization;
using System.Text.Json.Nodes;
using Pao.Sandbox.Git;
using Pao.Sandbox.Ledgers;

namespace Pao.Sandbox.GitHub.Actions;

/// <summary>Starting workflows, and their runs.</summary>
internal static class RunEndpoints
{
    private static readonly string[] Keys = ["ref", "inputs", "return_run_details"];

    public static void MapRuns(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/actions/workflows/{workflow}/dispatches", Dispatch);
        routes.MapGet("/actions/workflows/{workflow}/runs", List);
        routes.MapGet("/actions/runs/{id:long}", (long id, Bench bench) => bench.With(id, (run, json) => ApiAnswer.Of(json.Run(run))));
        routes.MapGet("/actions/runs/{id:long}/jobs", (long id, Bench bench) => bench.With(id, (run, json) => Jobs(run, json, bench.Request)));
        routes.MapGet("/actions/runs/{id:long}/attempts/{attempt:int}/jobs", (long id, int attempt, Bench bench) => bench.With(id, (run, json) =>
            attempt <= run.Attempt ? Jobs(run, json, bench.Request) : ApiAnswer.NotFound()));
        routes.MapPost("/actions/runs/{id:long}/cancel", (long id, Call _, Bench bench) => bench.With(id, (run, _) => Cancel(run, bench)));
    }

    /// <summary>Where people see a run; here it is the same JSON.</summary>
    public static void MapRunPages(this IEndpointRouteBuilder routes) => routes.MapGet(
        "/github/{owner}/{name}/actions/runs/{id:long}", (long id, Bench bench) => bench.With(id, (run, json) => ApiAnswer.Of(json.Run(run))));

    private static ApiAnswer Dispatch(string workflow, Call call, Bench bench) => bench.With(json =>
    {
        var (shop, body) = (bench.Shop!, call.Json ?? []);
        var known = shop.Settings.Answers is DispatchAnswers.Details;
        if (body.Select(member => member.Key).FirstOrDefault(key => !Keys.Contains(key) || (key == Keys[2] && shop.Settings.Answers is DispatchAnswers.Strict)) is { } unknown)
            return ApiAnswer.Error(422, $"Invalid request.\n\n\"{unknown}\" is not a permitted key.");
        if (!shop.Workflows.TryGetValue(workflow, out var found))
            return ApiAnswer.NotFound();
        if (body["ref"]?.ToString() is not { Length: > 0 } reference)
            return ApiAnswer.Error(422, "Invalid request.\n\n\"ref\" wasn't supplied.");

        var branch = reference.Split("refs/heads/")[^1];
        if (shop.Repository.Head(branch) is not { } sha)
            return ApiAnswer.Error(422, $"No ref found for: {reference}");
        var inputs = body["inputs"] as JsonObject ?? [];
        if (found.WhyRefused(inputs) is { } refusal)
            return ApiAnswer.Error(422, refusal);

        var run = bench.Runner.Start(shop, found, branch, sha, (JsonObject)inputs.DeepClone(), ActionsJson.RootOf(bench.Request));
        return known && (bool?)body[Keys[2]] is true
            ? ApiAnswer.Of(new JsonObject { ["workflow_run_id"] = run.Id, ["run_url"] = json.ApiOf(run), ["html_url"] = json.PageOf(run) })
            : new ApiAnswer(204, [], "application/json; charset=utf-8");
    });

    private static ApiAnswer List(string workflow, Bench bench) => bench.With(json =>
    {
        var (shop, query) = (bench.Shop!, bench.Request.Query);
        if (!shop.Workflows.ContainsKey(workflow))
            return ApiAnswer.NotFound();

        var from = query["created"].ToString() is { } created && created.StartsWith(">=", StringComparison.Ordinal)
            ? DateTimeOffset.Parse(created[2..], CultureInfo.InvariantCulture)
            : DateTimeOffset.MinValue;
        var hidden = shop.Runs.Where(run => run.Hidden > 0).ToList();
        var shown = shop.Runs
            .Where(run => run.Workflow.File == workflow && !run.IsDeleted && run.Hidden is 0 && run.CreatedAt >= from)
            .Where(_ => query["event"].ToString() is "" or "workflow_dispatch").Reverse().ToList();
        foreach (var run in hidden)
            run.Hidden--;

        var page = Page<Run>.Of(shown, bench.Request, defaultSize: 30);
        return ApiAnswer.Of(new JsonObject
        {
            ["total_count"] = shown.Count, ["workflow_runs"] = new JsonArray([.. page.Items.Select(run => (JsonNode)json.Run(run))]),
        }) with { Headers = page.Links(bench.Request) };
    });

    private static ApiAnswer Jobs(Run run, ActionsJson json, HttpRequest request)
    {
        var page = Page<JsonNode?>.Of([.. json.Jobs(run)], request, defaultSize: 30);
        return ApiAnswer.Of(new JsonObject { ["total_count"] = json.Jobs(run).Count, ["jobs"] = new JsonArray([.. page.Items.Select(job => job?.DeepClone())]) });
    }

    private static ApiAnswer Cancel(Run run, Bench bench)
    {
        if (run.Status is "completed")
            return ApiAnswer.Error(409, "Cannot cancel a workflow run that is completed.");

        bench.Runner.Move(bench.Shop!, run, "completed", "cancelled", ActionsJson.RootOf(bench.Request));
        return ApiAnswer.Of(new JsonObject(), 202);
    }
}

/// <summary>The workshop of the repository that a call names, with its gate taken while it is worked in.</summary>
internal sealed record Bench(Workshop? Shop, Runner Runner, Forge Forge, HttpRequest Request)
{
    public static ValueTask<Bench?> BindAsync(HttpContext context)
    {
        var services = context.RequestServices;
        var forge = services.GetRequiredService<Forges>().GitHub;
        var repository = forge.Find($"{context.GetRouteValue("owner")}/{context.GetRouteValue("name")}");
        var shop = repository is null ? null : services.GetRequiredService<Workshops>().Of(repository);
        return ValueTask.FromResult<Bench?>(new(shop, services.GetRequiredService<Runner>(), forge, context.Request));
    }

    public ApiAnswer With(Func<ActionsJson, ApiAnswer> answer)
    {
        if (Shop is null)
            return ApiAnswer.NotFound();
        lock (Shop.Gate)
            return answer(new ActionsJson(Forge, Shop.Repository, ActionsJson.RootOf(Request)));
    }

    public ApiAnswer With(long id, Func<Run, ActionsJson, ApiAnswer> answer) =>
        With(json => Shop!.Find(id) is { } run ? answer(run, json) : ApiAnswer.NotFound());
}
