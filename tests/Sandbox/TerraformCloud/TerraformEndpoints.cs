using System.Text.Json.Nodes;

namespace Pao.Sandbox.TerraformCloud;

/// <summary>The part of Terraform Cloud's API that the service uses, below <c>/terraform/{site}</c>.</summary>
internal static class TerraformEndpoints
{
    public static void MapTerraformCloud(this IEndpointRouteBuilder routes)
    {
        TerraformControl.Map(routes);
        routes.MapPut("/terraform/{site}/archivist/v1/object/{id}", Upload);

        var api = routes.MapGroup("/terraform/{site}/api/v2").AddEndpointFilter<TerraformAuthentication>();
        api.MapGet("/organizations/{organization}/workspaces/{name}", (string organization, string name, TerraformCall call) => Locked(call, () =>
            call.Site.Find(organization, name) is { } workspace ? call.Read(new JsonObject { ["data"] = workspace.ToJson() }) : call.NotFound()));
        api.MapPost("/organizations/{organization}/workspaces", (string organization, TerraformCall call) => Locked(call, () =>
            (string?)call.Attributes?["name"] is { } name && call.Site.Create(organization, name) is { } workspace
                ? call.Made(201, workspace.ToJson())
                : call.Refuse(422, "invalid attribute", "Name has already been taken")));
        api.MapPost("/workspaces/{id}/configuration-versions", CreateConfiguration);
        api.MapGet("/configuration-versions/{id}", (string id, TerraformCall call) => Locked(call, () =>
            call.Site.FindConfiguration(id) is { } found ? call.Read(new JsonObject { ["data"] = found.Configuration.ToJson(call.Api) }) : call.NotFound()));
        api.MapPost("/runs", CreateRun);
        api.MapGet("/runs/{id}", GetRun);
        api.MapGet("/workspaces/{id}/runs", ListRuns);
        api.MapPost("/runs/{id}/actions/{action}", Act);
        api.MapGet("/workspaces/{id}/current-state-version-outputs", Outputs);
        api.MapGet("/state-version-outputs/{id}", (string id, TerraformCall call) => Locked(call, () => call.Site.Workspaces
            .SelectMany(workspace => workspace.Outputs).Where(output => output.Value.Id == id)
            .Select(output => call.Read(new JsonObject { ["data"] = Output(output.Key, output.Value, isWhole: true) })).FirstOrDefault() ?? call.NotFound()));
        api.MapGet("/workspaces/{id}/vars", (string id, TerraformCall call) => Locked(call, () => call.Site.Find(id) is { } workspace
            ? call.Read(new JsonObject { ["data"] = new JsonArray([.. workspace.Variables.Select(Shown)]) })
            : call.NotFound()));
        api.MapPost("/workspaces/{id}/vars", SetVariable);
        api.MapPatch("/workspaces/{id}/vars/{variable}", SetVariable);
    }

    public static IResult Locked(TerraformCall call, Func<IResult> answer)
    {
        lock (call.Site.Gate)
            return answer();
    }

    private static IResult Upload(string id, HttpRequest request, TerraformCall call) => Locked(call, () =>
    {
        if (request.Headers.Authorization.Count > 0)
            return call.Refuse(400, "bad request", "Only one auth mechanism allowed: the address is the permission.");
        if (call.Site.FindConfiguration(id) is not { Configuration.Files: null } found)
            return call.NotFound();

        found.Configuration.Unpack(call.Raw.Body);
        found.Configuration.LooksUntilReady = found.Workspace.Settings.UnpackLooks;
        return call.Made(200, data: null);
    });

    private static IResult CreateConfiguration(string id, TerraformCall call) => Locked(call, () =>
    {
        if (call.Site.Find(id) is not { } workspace)
            return call.NotFound();

        var configuration = new Configuration(call.Site.NewId("cv"), workspace.Name);
        workspace.Configurations.Add(configuration);
        return call.Made(201, configuration.ToJson(call.Api));
    });

    private static IResult CreateRun(TerraformCall call, RunPilot pilot) => Locked(call, () =>
    {
        if (call.Related("workspace") is not { } id || call.Site.Find(id) is not { } workspace)
            return call.NotFound();

        var wanted = call.Related("configuration-version");
        var configuration = wanted is null ? workspace.Configurations.LastOrDefault() : call.Site.FindConfiguration(wanted)?.Configuration;
        if (configuration is null || configuration.Files is null)
            return call.Refuse(422, "invalid attribute", "Configuration version is missing or has not been uploaded");

        var run = new Run(
            call.Site.NewId("run"), configuration, (string?)call.Attributes?["message"] ?? "Queued manually using the API",
            (bool?)call.Attributes?["auto-apply"] ?? workspace.Settings.AutoApply, "tfe-api");
        workspace.Runs.Add(run);
        pilot.Begin(call.Site, workspace, run);
        return call.Made(201, run.ToJson(workspace.Id));
    });

    private static IResult GetRun(string id, TerraformCall call) => Locked(call, () =>
    {
        if (call.Site.FindRun(id) is not { } found)
            return call.NotFound();

        var document = new JsonObject { ["data"] = found.Run.ToJson(found.Workspace.Id) };
        if (call.Query["include"].ToString() is "configuration_version.ingress_attributes" && found.Run.Configuration is { Commit: { } commit } configuration)
            document["included"] = new JsonArray(configuration.ToJson(call.Api), new JsonObject
            {
                ["id"] = $"ia-{configuration.Id}",
                ["type"] = "ingress-attributes",
                ["attributes"] = new JsonObject { ["branch"] = "main", ["commit-sha"] = commit, ["commit-message"] = configuration.CommitMessage, ["is-pull-request"] = false },
            });
        return call.Read(document);
    });

    private static IResult ListRuns(string id, TerraformCall call) => Locked(call, () =>
    {
        if (call.Site.Find(id) is not { } workspace)
            return call.NotFound();

        var size = int.TryParse(call.Query["page[size]"], out var asked) ? Math.Min(asked, 100) : 20;
        return call.Read(new JsonObject
        {
            ["data"] = new JsonArray([.. workspace.Runs.AsEnumerable().Reverse().Take(size).Select(run => run.ToJson(workspace.Id))]),
        });
    });

    private static IResult Act(string id, string action, TerraformCall call, RunPilot pilot, TimeProvider clock) => Locked(call, () =>
    {
        if (call.Site.FindRun(id) is not { } found)
            return call.NotFound();

        var (workspace, run) = found;
        var actions = (JsonObject)run.ToJson(workspace.Id)["attributes"]!["actions"]!;
        var isAllowed = (bool?)actions[action switch { "apply" => "is-confirmable", "discard" => "is-discardable", _ => "is-cancelable" }] is true;
        if (!isAllowed)
            return call.Refuse(409, "transition not allowed");

        if (action is "apply")
        {
            run.Confirm(clock.GetUtcNow());
            pilot.Continue(call.Site, workspace, run);
        }
        else
        {
            run.Move(action is "discard" ? "discarded" : "canceled", clock.GetUtcNow());
            pilot.Tell(workspace, run, "run:errored");
        }

        return call.Made(202, data: null);
    });

    private static IResult Outputs(string id, TerraformCall call) => Locked(call, () =>
    {
        if (call.Site.Find(id) is not { } workspace)
            return call.NotFound();
        if (workspace.OutputsLate-- > 0)
            return call.Refuse(503, "service unavailable", "The state version outputs are not yet ready.");

        return call.Read(new JsonObject
        {
            ["data"] = new JsonArray([.. workspace.Outputs.Select(output => Output(output.Key, output.Value, isWhole: false))]),
        });
    });

    /// <param name="name">Its name.</param>
    /// <param name="output">Its id, its value, and whether that is secret.</param>
    /// <param name="isWhole">With its value, also when that is secret.</param>
    private static JsonObject Output(string name, (string Id, JsonNode Value, bool IsSensitive) output, bool isWhole) => new()
    {
        ["id"] = output.Id,
        ["type"] = "state-version-outputs",
        ["attributes"] = new JsonObject
        {
            ["name"] = name,
            ["sensitive"] = output.IsSensitive,
            ["type"] = "string",
            ["value"] = output.IsSensitive && !isWhole ? null : output.Value.DeepClone(),
            ["detailed-type"] = "string",
        },
        ["links"] = new JsonObject { ["self"] = $"/api/v2/state-version-outputs/{output.Id}" },
    };

    private static IResult SetVariable(string id, HttpRequest request, TerraformCall call) => Locked(call, () =>
    {
        if (call.Site.Find(id) is not { } workspace || call.Attributes is not { } attributes)
            return call.NotFound();

        var name = (string?)request.RouteValues["variable"];
        var known = workspace.Variables.Find(variable => name is null ? (string?)variable["attributes"]!["key"] == (string?)attributes["key"] : (string?)variable["id"] == name);
        if (name is null && known is not null)
            return call.Refuse(422, "invalid attribute", "Key has already been taken");
        if (name is not null && known is null)
            return call.NotFound();

        var variable = new JsonObject { ["id"] = name ?? call.Site.NewId("var"), ["type"] = "vars", ["attributes"] = attributes.DeepClone() };
        if (known is not null)
            workspace.Variables.Remove(known);
        workspace.Variables.Add(variable);
        return call.Made(name is null ? 201 : 200, Shown(variable));
    });

    private static JsonObject Shown(JsonObject variable)
    {
        var shown = (JsonObject)variable.DeepClone();
        if ((bool?)shown["attributes"]!["sensitive"] is true)
            shown["attributes"]!["value"] = null;
        return shown;
    }
}
