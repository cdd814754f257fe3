using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using Pao.Catalog;

namespace Pao.Activities.Tests.Terraform;

/// <summary>A Terraform action's configuration as the catalog's templates make it.</summary>
internal static class Rendered
{
    private static readonly ActionTemplates Templates = new(Options.Create(new CatalogOptions()));

    public static JsonObject Config(JsonObject config, JsonObject fields)
    {
        var action = new ActionDefinition("apply", null, ActionTypes.Terraform, config, null, [], null, null, null);
        return Templates.Prepare(action, new TemplateScopes { Fields = fields, Now = DateTimeOffset.UnixEpoch }).Config;
    }
}
