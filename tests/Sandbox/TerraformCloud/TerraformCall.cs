using System.Text.Json.Nodes;
using Pao.Sandbox.Ledgers;

namespace Pao.Sandbox.TerraformCloud;

/// <summary>A call to one Terraform Cloud, and the ways to answer it. What it changes is noted in the ledger under PAO's own key.</summary>
internal sealed record TerraformCall(TerraformSite Site, Call Raw, string Api, Ledger Ledger, IQueryCollection Query)
{
    private const string Trailer = "Pao-Key: ";

    public JsonObject? Attributes => (Raw.Json?["data"] as JsonObject)?["attributes"] as JsonObject;

    public static async ValueTask<TerraformCall?> BindAsync(HttpContext context)
    {
        var request = context.Request;
        var site = (string)request.RouteValues["site"]!;
        return await Call.BindAsync(context) is { } raw
            ? new TerraformCall(
                context.RequestServices.GetRequiredService<TerraformSites>().Get(site), raw, $"{request.Scheme}://{request.Host}/terraform/{site}/api/v2",
                context.RequestServices.GetRequiredService<Ledger>(), request.Query)
            : null;
    }

    public string? Related(string name) =>
        (string?)((((Raw.Json?["data"] as JsonObject)?["relationships"] as JsonObject)?[name] as JsonObject)?["data"] as JsonObject)?["id"];

    public IResult Made(int status, JsonObject? data)
    {
        var message = (string?)Attributes?["message"];
        var key = message?.Split('\n').FirstOrDefault(line => line.StartsWith(Trailer, StringComparison.Ordinal))?[Trailer.Length..];
        Ledger.Note(Raw with { Key = key }, Outcome.Effect, status);
        return Json(status, data is null ? null : new JsonObject { ["data"] = data });
    }

    public IResult Read(JsonObject document)
    {
        Ledger.Note(Raw with { Key = null }, Outcome.Read, 200);
        return Json(200, document);
    }

    public IResult Refuse(int status, string title, string? detail = null)
    {
        Ledger.Note(Raw with { Key = null }, Outcome.Refused, status);
        return Json(status, new JsonObject
        {
            ["errors"] = new JsonArray(new JsonObject { ["status"] = $"{status}", ["title"] = title, ["detail"] = detail ?? title }),
        });
    }

    public IResult NotFound() => Refuse(404, "not found", "The resource does not exist, or you have no permission to see it.");

    private static IResult Json(int status, JsonObject? body) => body is null
        ? Results.StatusCode(status)
        : Results.Text(body.ToJsonString(), "application/vnd.api+json; charset=utf-8", statusCode: status);
}
