using System.Text.Json.Nodes;

namespace Pao.Catalog.Tests;

/// <summary>Prepares a single action for a test.</summary>
internal static class Prepare
{
    public static ActionTemplates Templates { get; } =
        new(Microsoft.Extensions.Options.Options.Create(TestCatalog.Options("catalog", "CATALOG_TEST_BASE", "CATALOG_TEST_UNSET")));

    static Prepare() => Environment.SetEnvironmentVariable("CATALOG_TEST_BASE", "https://base.example.com/api/");

    public static TemplateScopes Scopes(JsonObject? fields = null, JsonObject? outputs = null) => new()
    {
        Fields = fields ?? [],
        Metadata = new JsonObject { ["owner"] = new JsonObject { ["team"] = "platform" }, ["base"] = "https://meta.example.com" },
        Request = new JsonObject { ["id"] = "r-1" },
        System = new JsonObject { ["region"] = "eu" },
        Outputs = outputs ?? [],
        Now = TestCatalog.Now,
    };

    public static JsonObject Config(JsonObject config, TemplateScopes scopes, string type = ActionTypes.RestApi) =>
        Templates.Prepare(new ActionDefinition("act", null, type, config, null, [], null, null, null), scopes).Config;

    public static JsonNode? Body(JsonNode template, TemplateScopes scopes, string type = "json") => Config(
        new JsonObject { ["body"] = new JsonObject { ["type"] = type, ["contentTemplate"] = template } }, scopes)["body"]!["contentTemplate"];

    /// <summary>What a template writes as plain text.</summary>
    public static string Text(string template, JsonObject? fields = null, JsonObject? outputs = null) =>
        (string)Body(template, Scopes(fields, outputs), "text")!;

    /// <summary>What a string of a structure becomes.</summary>
    public static JsonNode? Typed(string template, JsonObject? fields = null, JsonObject? outputs = null) =>
        Body(new JsonObject { ["x"] = template }, Scopes(fields, outputs))!["x"];

    public static string Url(string template, JsonObject? fields = null, JsonObject? outputs = null) =>
        (string)Config(new JsonObject { ["endpoint"] = new JsonObject { ["url"] = template } }, Scopes(fields, outputs))["endpoint"]!["url"]!;

    public static string Header(string template, JsonObject? fields = null) =>
        (string)Config(new JsonObject { ["headers"] = new JsonObject { ["X-Test"] = template } }, Scopes(fields))["headers"]!["X-Test"]!;

    /// <summary>What a Terraform file becomes.</summary>
    public static string Hcl(string template, JsonObject? fields = null) =>
        (string)Render(ActionTypes.Terraform, new JsonObject { ["contentTemplate"] = template }, fields)["contentTemplate"]!;

    /// <summary>What a key of a ticket becomes.</summary>
    public static JsonNode? Ticket(string key, JsonNode template, JsonObject? fields = null) => Render(
        ActionTypes.JiraTicket, new JsonObject { ["ticket"] = new JsonObject { [key] = template } }, fields)["ticket"]![key];

    /// <summary>A configuration rendered, also of a type that can not be carried out yet.</summary>
    public static JsonObject Render(string type, JsonObject config, JsonObject? fields = null) => Templates.Render(type, config, Scopes(fields));

    public static JsonObject Fields(params (string Id, JsonNode? Value)[] values) =>
        new(values.Select(value => KeyValuePair.Create(value.Id, value.Value)));

    public static string Fails(Action render) => Assert.Throws<TemplateException>(render).Message;
}
