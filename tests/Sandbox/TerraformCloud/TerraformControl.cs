using System.Text.Json.Nodes;

namespace Pao.Sandbox.TerraformCloud;

/// <summary>What a test may do that Terraform Cloud's API does not offer, and what a person would do in its pages.</summary>
internal static class TerraformControl
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var control = routes.MapGroup("/terraform/{site}/control");
        control.MapPost("/hides-messages", (string site, TerraformSites sites) =>
        {
            sites.Get(site).HidesMessages = true;
            return Results.NoContent();
        });
        control.MapPost("/workspaces/{organization}/{name}", (string site, string organization, string name, TerraformSettings settings, TerraformSites sites) =>
            With(sites.Get(site), site => site.Find(organization, name)!.Settings = settings));
        control.MapGet("/workspaces/{organization}/{name}", (string site, string organization, string name, TerraformSites sites) => Show(sites.Get(site), organization, name));
        control.MapPost("/workspaces/{organization}/{name}/verify", (string site, string organization, string name, TerraformSites sites, RunPilot pilot) =>
            With(sites.Get(site), site => pilot.Verify(site.Find(organization, name)!)));
        control.MapPost("/runs/{id}/step", (string site, string id, TerraformSites sites, RunPilot pilot) => With(sites.Get(site), site =>
        {
            if (site.FindRun(id) is { } found)
                pilot.Step(site, found.Workspace, found.Run);
        }));
        control.MapPost("/runs/{id}/move", (string site, string id, string status, TerraformSites sites, RunPilot pilot, TimeProvider clock) => With(sites.Get(site), site =>
        {
            if (site.FindRun(id) is not { } found)
                return;
            found.Run.Move(status, clock.GetUtcNow());
            pilot.Continue(site, found.Workspace, found.Run);
        }));
        routes.MapGet("/terraform/{site}/app/{organization}/workspaces/{name}/runs/{id}", (string site, string id, TerraformSites sites) =>
            sites.Get(site).FindRun(id) is { } found ? Text(found.Run.ToJson(found.Workspace.Id)) : Results.NotFound());
    }

    private static IResult With(TerraformSite site, Action<TerraformSite> change)
    {
        lock (site.Gate)
            change(site);
        return Results.NoContent();
    }

    private static IResult Show(TerraformSite site, string organization, string name)
    {
        lock (site.Gate)
        {
            if (site.Find(organization, name) is not { } workspace)
                return Results.NotFound();

            return Text(new JsonObject
            {
                ["runs"] = new JsonArray([.. workspace.Runs.Select(run => run.ToJson(workspace.Id))]),
                ["variables"] = new JsonArray([.. workspace.Variables.Select(variable => variable.DeepClone())]),
                ["files"] = workspace.Configurations.LastOrDefault()?.Files is { } files
                    ? new JsonObject(files.Select(file => KeyValuePair.Create(file.Key, (JsonNode?)file.Value)))
                    : null,
            });
        }
    }

    private static IResult Text(JsonObject json) => Results.Text(json.ToJsonString(), "application/json");
}
