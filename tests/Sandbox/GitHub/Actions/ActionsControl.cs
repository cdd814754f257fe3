using System.Text.Json.Nodes;
using Pao.Sandbox.Git;

namespace Pao.Sandbox.GitHub.Actions;

/// <summary>What a test may do with a repository's workflows that GitHub's API does not offer, or that people do on its pages.</summary>
internal static class ActionsControl
{
    public static void MapActionsControl(this IEndpointRouteBuilder routes)
    {
        var repository = routes.MapGroup("/sandbox/github/repositories/{owner}/{name}");
        repository.MapPost("/workflows", (Workflow workflow, Bench bench) => Do(bench, shop => shop.Workflows[workflow.File] = workflow));
        repository.MapPost("/actions", (ActionsSettings settings, Bench bench) => Do(bench, shop => shop.Settings = settings));
        repository.MapGet("/runs", Show);
        repository.MapPost("/runs/{id:long}", (long id, RunOrder order, Bench bench) => Do(bench, shop => Move(shop.Find(id)!, order, bench)));
        repository.MapDelete("/runs/{id:long}", (long id, Bench bench) => Do(bench, shop => shop.Find(id)!.IsDeleted = true));
    }

    /// <summary>The repository of the sample catalog, with its workflow.</summary>
    public static void SeedActions(this WebApplication app)
    {
        var (settings, services) = (app.Configuration.GetSection("Sandbox:GitHub"), app.Services);
        var forge = services.GetRequiredService<Forges>().GitHub;
        var repository = forge.Find("acme/platform-infrastructure") ?? forge.Create("acme/platform-infrastructure", "main");
        new Work(forge, repository, services.GetRequiredService<TimeProvider>())
            .Commit("main", [new Draft("ada", null, "Begin", new() { [".github/workflows/provision-cluster.yml"] = "on: workflow_dispatch\n" }, null, null, null)]);
        var inputs = new JsonObject { ["pao_key"] = new JsonObject() };
        foreach (var name in new[] { "cluster", "environment", "version", "nodes", "addons", "requested_by" })
            inputs[name] = new JsonObject { ["required"] = name is not "addons" };
        var shop = services.GetRequiredService<Workshops>().Of(repository);
        shop.Workflows["provision-cluster.yml"] = new Workflow("provision-cluster.yml", inputs, "Cluster ${{ inputs.cluster }} ${{ inputs.pao_key }}");
        shop.Settings = new ActionsSettings(AutoCompleteMilliseconds: settings.GetValue<int?>("AutoCompleteMilliseconds"));
        if (settings.GetValue<Uri?>("WebhookUrl") is { } url)
            repository.Add(new Hook(forge.NextId(), url, settings["WebhookSecret"]));
    }

    private static ApiAnswer Show(Bench bench) => bench.With(json => ApiAnswer.Of(new JsonArray([.. bench.Shop!.Runs.Select(run =>
    {
        var shown = json.Run(run);
        shown["inputs"] = run.Inputs.DeepClone();
        return (JsonNode)shown;
    })])));

    private static void Move(Run run, RunOrder order, Bench bench)
    {
        run.Attempt = order.Attempt ?? run.Attempt;
        bench.Runner.Move(bench.Shop!, run, order.Status ?? "completed", order.Conclusion, ActionsJson.RootOf(bench.Request));
    }

    private static ApiAnswer Do(Bench bench, Action<Workshop> act) => bench.With(_ =>
    {
        act(bench.Shop!);
        return new ApiAnswer(204, [], "application/json");
    });
}

/// <summary>How a run stands from now on.</summary>
internal sealed record RunOrder(string? Status, string? Conclusion, int? Attempt);
