using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using Pao.Catalog;

namespace Pao.Activities.Tests.Jira;

/// <summary>A ticket's configuration as the catalog's templates make it.</summary>
internal static class Rendered
{
    private static readonly ActionTemplates Templates = new(Options.Create(new CatalogOptions()));

    public static JsonObject Config(JsonObject config, JsonObject fields)
    {
        var action = new ActionDefinition("ticket", null, ActionTypes.JiraTicket, config, null, [], null, null, null);
        return Templates.Prepare(action, new TemplateScopes { Fields = fields, Now = DateTimeOffset.UnixEpoch }).Config;
    }

    /// <summary>A description in which a value stands.</summary>
    public static string Description(string template, string value) => (string)Config(
        new JsonObject { ["ticket"] = new JsonObject { ["descriptionTemplate"] = template } }, new JsonObject { ["x"] = value })["ticket"]!["descriptionTemplate"]!;
}
