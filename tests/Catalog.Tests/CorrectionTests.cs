using System.Text.Json.Nodes;
using Pao.Catalog.Tests.Forms;

namespace Pao.Catalog.Tests;

/// <summary>A person corrects fields of a request that failed: what is checked again, and what has to be done anew.</summary>
public sealed class CorrectionTests
{
    private static readonly Form Server = TestForm.Of("""
        - { id: name, name: Name, type: string, required: true, validation: { maxLength: 5 } }
        - { id: env, name: Env, type: select, enum: [dev, prod], default: dev }
        - { id: owner, name: Owner, type: string, required: true, conditional: { dependsOn: env, condition: equals, value: prod } }
        - { id: secret, name: Secret, type: password, conditional: { dependsOn: env, condition: equals, value: dev } }
        - { id: day, name: Day, type: date, validation: { min: today } }
        """);

    private static readonly JsonObject Kept = Json("""
        {"name": "shop", "env": "dev", "secret": {"$secret": "fields/secret"}, "day": "2020-01-31"}
        """);

    [Fact]
    public void What_is_kept_is_not_checked_again_and_what_is_corrected_is()
    {
        Assert.True(Server.Correct(Kept, Json("""{"name": "web"}""")) is { IsValid: true } valid
            && JsonNode.DeepEquals(Json("""{"name": "web", "env": "dev", "secret": {"$secret": "fields/secret"}, "day": "2020-01-31"}"""), valid.Values));

        Assert.Equal(["/fields/name"], Server.Correct(Kept, Json("""{"name": "far too long"}""")).Errors.Keys);
        Assert.Equal(["/fields/day"], Server.Correct(Kept, Json("""{"day": "2020-02-01"}""")).Errors.Keys);
        Assert.Equal(["/fields/other"], Server.Correct(Kept, Json("""{"other": 1}""")).Errors.Keys);
    }

    [Fact]
    public void What_does_not_apply_any_more_is_left_out_and_what_applies_now_is_asked_for()
    {
        Assert.Equal(["/fields/owner"], Server.Correct(Kept, Json("""{"env": "prod"}""")).Errors.Keys);

        var result = Server.Correct(Kept, Json("""{"env": "prod", "owner": "ada"}"""));

        Assert.Empty(result.Errors);
        Assert.Equal(["name", "env", "owner", "day"], result.Values.Select(field => field.Key));
    }

    [Fact]
    public void A_correction_without_a_value_takes_it_away()
    {
        Assert.Equal(["name", "env", "secret"], Server.Correct(Kept, Json("""{"day": null}""")).Values.Select(field => field.Key));
        Assert.Equal("is required", Server.Correct(Kept, Json("""{"name": null}""")).Errors["/fields/name"].Single());
    }

    [Fact]
    public void A_corrected_password_is_a_secret_and_a_reference()
    {
        var result = Server.Correct(Kept, Json("""{"secret": "another one, longer"}"""));

        Assert.Equal("another one, longer", result.Secrets["secret"]);
        Assert.DoesNotContain("another", result.Values.ToJsonString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{{ fields.name }}", true)]
    [InlineData("a {{ fields['name'] | upper }} b", true)]
    [InlineData("{{ fields.server.name }}", true)]
    [InlineData("{{ fields.server }}", true)]
    [InlineData("{{ json(fields) }}", true)]
    [InlineData("{{ fields[fields.env] }}", true)]
    [InlineData("{% if fields.name == 'a' %}x{% endif %}", true)]
    [InlineData("{% for x in fields.server.list %}{{ fields.name }}{% endfor %}", true)]
    [InlineData("{{ fields.env }}", false)]
    [InlineData("{{ fields.server.env }}", false)]
    [InlineData("{{ metadata.name }}", false)]
    [InlineData("{{ request.id }}", false)]
    [InlineData("fields.name", false)]
    public void What_uses_a_field_is_found(string template, bool uses)
    {
        HashSet<string> changed = ["name"];
        HashSet<string> all = ["name", "env"];

        Assert.Equal(uses, TemplateUse.Of(new JsonObject { ["a"] = new JsonArray(template) }).UsesField(changed, all));
        Assert.Equal(uses, TemplateUse.Of(Action(template, condition: null)).UsesField(changed, all));
    }

    [Fact]
    public void A_condition_counts_and_so_do_outputs()
    {
        HashSet<string> none = [];

        Assert.True(TemplateUse.Of(Action("x", "{{ fields.name == 'a' }}")).UsesField(new HashSet<string> { "name" }, none));
        Assert.True(TemplateUse.Of(Action("{{ output.create.id }}", null)).UsesOutputOf(new HashSet<string> { "create" }));
        Assert.True(TemplateUse.Of(Action("{{ output[fields.which].id }}", null)).UsesOutputOf(new HashSet<string> { "create" }));
        Assert.False(TemplateUse.Of(Action("{{ output.create.id }}", null)).UsesOutputOf(new HashSet<string> { "other" }));
        Assert.True(TemplateUse.Of(JsonValue.Create("{{ components.db.outputs.url }}")).UsesComponent(new HashSet<string> { "db" }));
        Assert.False(TemplateUse.Of(JsonValue.Create("{{ components.db.outputs.url }}")).UsesComponent(none));
    }

    private static ActionDefinition Action(string template, string? condition) =>
        new("a", null, "rest-api", new JsonObject { ["x"] = template }, condition, [], null, null, null);

    private static JsonObject Json(string json) => JsonNode.Parse(json)!.AsObject();
}
