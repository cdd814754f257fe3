using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;
using MsOptions = Microsoft.Extensions.Options.Options;

namespace Pao.Catalog.Tests.Bundles;

public sealed class ComponentTemplatesTests
{
    private static readonly ComponentTemplates Templates =
        new(MsOptions.Create(TestCatalog.Options("catalog")), new FakeTimeProvider(TestCatalog.Now));

    private static readonly Form ItemForm = new(
    [
        new FormGroup("main", "Main", null,
        [
            new FormField { Id = "name", Name = "Name", Type = FieldType.String, Required = true },
            new FormField { Id = "replicas", Name = "Replicas", Type = FieldType.Number, Limits = new FieldLimits { Max = 5 } },
            new FormField { Id = "region", Name = "Region", Type = FieldType.Select, Default = "eu", Options = [new("eu", "EU"), new("us", "US")] },
            new FormField { Id = "tags", Name = "Tags", Type = FieldType.Multiselect },
            new FormField
            {
                Id = "note", Name = "Note", Type = FieldType.Textarea, Condition = new FieldCondition("region", ConditionOperator.Equals, "us"),
            },
            new FormField { Id = "password", Name = "Password", Type = FieldType.Password },
            new FormField { Id = "file", Name = "File", Type = FieldType.File },
            new FormField { Id = "from", Name = "From", Type = FieldType.Date, Limits = new FieldLimits { MinDate = "today" } },
        ]),
    ]);

    [Fact]
    public void Every_scope_reaches_the_fields_of_the_item_and_keeps_its_types()
    {
        var prepared = Prepare("""
            {"name": "{{ bundle.short }}-{{ fields.name }}-{{ components.db.outputs.id }}-{{ item.short }}-{{ metadata.short }}-{{ request.id }}",
             "replicas": "{{ fields.count }}", "tags": ["{{ fields.name }}", "{{ system.region }}", "fixed"]}
            """);

        Same("""{"name": "b-Shop-db-7-i-b-r-1", "replicas": 3, "region": "eu", "tags": ["Shop", "eu", "fixed"]}""", prepared);
    }

    [Theory]
    [InlineData("{{ secrets.x }}")]
    [InlineData("{% if true %}{{ fields.count }}{% endif %}")]
    [InlineData("{{")]
    [InlineData("\" }} {{ env.PATH }}")]
    public void What_a_user_typed_is_never_a_template_neither_here_nor_in_the_actions_of_the_item(string typed)
    {
        var prepared = Prepare("""{"name": "{{ fields.name }}", "tags": ["x {{ fields.name }}"]}""", Fields(typed));

        Assert.Equal(typed, (string?)prepared.Fields["name"]);
        Assert.Equal("x " + typed, (string?)prepared.Fields["tags"]![0]);
        var scope = ItemForm.ToScope(prepared.Fields);
        Assert.Equal(typed, (string?)Catalog.Tests.Prepare.Typed("{{ fields.name }}", scope));
        Assert.Equal($"a {typed} b", Catalog.Tests.Prepare.Text("a {{ fields.name }} b", scope));
    }

    [Fact]
    public void A_template_without_a_value_leaves_its_field_out()
    {
        var prepared = Prepare("""{"name": "x", "replicas": "{{ default(fields.none, nil) }}"}""");

        Same("""{"name": "x", "region": "eu"}""", prepared);
    }

    [Fact]
    public void A_secret_stays_a_reference_and_counts_as_given()
    {
        Same("""{"name": {"$secret": "vault.kv/db#password"}, "region": "eu"}""", Prepare("""{"name": "{{ secrets.vault.kv/db#password }}"}"""));
    }

    [Fact]
    public void A_password_of_the_bundle_reaches_the_item_as_the_reference_that_it_is()
    {
        var fields = Fields("x");
        fields["password"] = FieldSecrets.ReferenceTo("password");

        Same("""{"name": {"$secret": "fields/password"}, "region": "eu"}""", Prepare("""{"name": "{{ fields.password }}"}""", fields));
    }

    [Fact]
    public void A_file_of_the_bundle_reaches_the_item_as_a_file()
    {
        var form = new Form([new FormGroup("main", "Main", null, [new FormField { Id = "upload", Name = "Upload", Type = FieldType.File }])]);
        var values = form.Validate(new JsonObject { ["upload"] = "data:text/plain;name=a%20(1)%C3%A4.txt;base64,aGVsbG8=" }).Values;

        var prepared = Prepare("""{"name": "x", "file": "{{ fields.upload }}"}""", values);

        Assert.Empty(prepared.Errors);
        Assert.True(JsonNode.DeepEquals(values["upload"], prepared.Fields["file"]), prepared.Fields.ToJsonString());
        Assert.Equal("a (1)\u00e4.txt", (string?)prepared.Fields["file"]!["name"]);
    }

    [Theory]
    [InlineData("""{"name": "Bearer {{ secrets.x }}"}""", "/fields/name", "whole value")]
    [InlineData("""{"name": "{{ components.db.outputs.forged }}"}""", "/fields/name", "reserved for secrets")]
    [InlineData("""{"name": {"$secret": "x"}}""", "/fields/name", "reserved for secrets")]
    [InlineData("""{"name": "{{ fields.nme }}"}""", "/fields/name", "did you mean 'name'?")]
    [InlineData("""{"name": "{{ components.cache.outputs.id }}"}""", "/fields/name", "has no value")]
    [InlineData("""{"name": "{{ fields.count }}"}""", "/fields/name", "must be a string")]
    [InlineData("""{"name": "x", "replicas": "{{ fields.count }}0"}""", "/fields/replicas", "must be a number")]
    [InlineData("""{"name": "x", "replicas": 6}""", "/fields/replicas", "at most 5")]
    [InlineData("""{"name": "x", "region": "{{ fields.name }}"}""", "/fields/region", "must be one of eu, us")]
    [InlineData("""{"name": "x", "note": "n"}""", "/fields/note", "does not apply here")]
    [InlineData("""{"name": "x", "from": "2026-02-28"}""", "/fields/from", "must not be before 2026-03-01")]
    [InlineData("""{"name": "x", "nmae": "y"}""", "/fields/nmae", "is no field of this form")]
    [InlineData("""{"name": "x", "nmae": "{{ secrets.x }}"}""", "/fields/nmae", "is no field of this form")]
    [InlineData("""{"name": "x", "password": "{{ fields.name }}-in-clear"}""", "/fields/password", "nothing but a password of the bundle's form")]
    [InlineData("""{"name": "x", "file": "{{ fields.name }}"}""", "/fields/file", "file")]
    [InlineData("{}", "/fields/name", "is required")]
    public void What_does_not_fit_is_told_by_field_and_leaves_no_fields(string config, string place, string message)
    {
        var prepared = Prepare(config);

        Assert.False(prepared.IsValid);
        Assert.Empty(prepared.Fields);
        var error = Assert.Single(prepared.Errors);
        Assert.Equal(place, error.Key);
        Assert.Contains(message, Assert.Single(error.Value), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_field_that_can_not_be_rendered_is_told() => Assert.Equal(
        ["/fields/name", "/fields/replicas"], Prepare("""{"name": "{{ fields.a }}", "replicas": "{{ fields.b }}"}""").Errors.Keys.Order());

    [Fact]
    public void What_a_component_is_given_is_bounded()
    {
        var config = new JsonObject(Enumerable.Range(0, 24).Select(i => KeyValuePair.Create($"f{i}", (JsonNode?)"{{ fields.name }}")));

        var prepared = Prepare(config.ToJsonString(), Fields(new string('x', 200_000)));

        Assert.Contains(prepared.Errors, error => error.Value[0].Contains("4096 Ki", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("{{ fields.count > 2 }}", false)]
    [InlineData("{{ fields.count > 3 }}", true)]
    [InlineData("{{ components.db.outputs.id == 'db-8' }}", true)]
    public void A_component_whose_condition_does_not_hold_is_skipped(string condition, bool skipped)
    {
        var prepared = Prepare("""{"name": "x"}""", condition: condition);

        Assert.True(prepared.IsValid);
        Assert.Equal(skipped, prepared.Skipped);
        Assert.Equal(skipped ? 0 : 2, prepared.Fields.Count);
    }

    [Theory]
    [InlineData("{{ fields.none == 1 }}", "has no value")]
    [InlineData("{{ fields.name }}", "neither true nor false")]
    public void A_condition_that_can_not_be_told_is_an_error(string condition, string message)
    {
        var error = Assert.Single(Prepare("""{"name": "x"}""", condition: condition).Errors);

        Assert.Equal("/condition", error.Key);
        Assert.Contains(message, error.Value[0], StringComparison.Ordinal);
    }

    [Fact]
    public void A_definition_and_what_was_prepared_come_back_from_their_JSON()
    {
        var definition = new ComponentDefinition("web", new JsonObject { ["name"] = "{{ fields.name }}" }, "{{ true }}", ItemForm);
        var json = JsonSerializer.Serialize(definition);
        var back = JsonSerializer.Deserialize<ComponentDefinition>(json)!;

        Assert.Equal(json, JsonSerializer.Serialize(back));
        Assert.Equal(ItemForm.ToJsonSchema().ToJsonString(), back.Form.ToJsonSchema().ToJsonString());
        Assert.Single(json.Split("\"Id\":\"name\"")[1..]);

        foreach (var prepared in new[] { Prepare("""{"name": "x"}"""), Prepare("{}") })
        {
            var written = JsonSerializer.Serialize(prepared);
            Assert.Equal(written, JsonSerializer.Serialize(JsonSerializer.Deserialize<PreparedComponent>(written)));
        }
    }

    private static PreparedComponent Prepare(string config, JsonObject? fields = null, string? condition = null) => Templates.Prepare(
        new ComponentDefinition("web", JsonNode.Parse(config)!.AsObject(), condition, ItemForm),
        new TemplateScopes
        {
            Fields = fields ?? Fields("Shop"),
            Metadata = new JsonObject { ["short"] = "b" },
            Bundle = new JsonObject { ["short"] = "b" },
            Item = new JsonObject { ["short"] = "i" },
            Request = new JsonObject { ["id"] = "r-1" },
            System = new JsonObject { ["region"] = "eu" },
            Components = JsonNode.Parse("""{"db": {"outputs": {"id": "db-7", "forged": {"$secret": "other"}}}, "cache": {"outputs": {}}}""")!.AsObject(),
            Now = TestCatalog.Now,
        });

    private static JsonObject Fields(string name) => new() { ["name"] = name, ["count"] = 3 };

    private static void Same(string expected, PreparedComponent prepared)
    {
        Assert.Empty(prepared.Errors);
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), prepared.Fields), prepared.Fields.ToJsonString());
    }
}
