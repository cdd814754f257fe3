using System.Text.Json.Nodes;
using static Pao.Catalog.Tests.Bundles.BundleDocuments;

namespace Pao.Catalog.Tests.Bundles;

public sealed class BundleTests
{
    private const string Database = """
        - id: db
          catalogItem: databases-db-standard
          version: ^2.0.0
          config:
            name: "{{ fields.name }}-{{ bundle.short }}-{{ item.short }}-db"
            size: "{{ fields.size }}"
            engine: 15
            tags: [fixed, "{{ fields.name }}"]
          outputs: [url, ticket]
        """;

    private const string Web = """
        - id: web
          catalogItem: compute-web-standard
          config:
            name: web
            databaseUrl: "{{ components.db.outputs.url }}"
            public: true
        """;

    [Fact]
    public void A_bundle_is_read_with_its_items_and_what_each_component_waits_for()
    {
        var snapshot = Snapshot(Bundle(Web + "\n" + Database + """

            - { id: note, catalogItem: compute-web-standard, dependsOn: [web], condition: fields.size > 5, config: { name: note } }
            """));

        Assert.Empty(Own(snapshot));
        var bundle = snapshot.Bundles["bundle-shop-standard"];
        Assert.Null(bundle.Unavailable);
        Assert.Null(bundle.WhyNotRequestable(new DateOnly(2026, 3, 1)));
        Assert.Equal(OrchestrationMode.Parallel, bundle.Mode);
        Assert.Equal(["web", "db", "note"], bundle.Components.Select(component => component.Id));
        var (web, db, note) = (bundle.Components[0], bundle.Components[1], bundle.Components[2]);
        Assert.Equal(["db"], web.DependsOn);
        Assert.Empty(db.DependsOn);
        Assert.Equal(["web"], note.DependsOn);
        Assert.Equal("{{ fields.size > 5 }}", note.Condition);
        Assert.Same(snapshot.Items["databases-db-standard"], db.Item);
        Assert.Equal(["url", "ticket"], db.Outputs);
        Assert.Equal("15", (string?)db.Config["engine"]);
        Assert.True((bool)web.Config["public"]!);
        Assert.Same(bundle, snapshot.Find("bundle-shop-standard"));
    }

    [Fact]
    public void What_was_read_can_be_prepared_as_it_is()
    {
        var db = Snapshot(Bundle(Database)).Bundles["bundle-shop-standard"].Components[0];
        var templates = new ComponentTemplates(Microsoft.Extensions.Options.Options.Create(TestCatalog.Options("catalog")), TimeProvider.System);

        var prepared = templates.Prepare(ComponentDefinition.From(db), new TemplateScopes
        {
            Fields = new JsonObject { ["name"] = "shop", ["size"] = 20 },
            Bundle = new JsonObject { ["short"] = "s" },
            Item = db.Item.Metadata,
            Now = TestCatalog.Now,
        });

        Assert.Empty(prepared.Errors);
        Assert.True(JsonNode.DeepEquals(
            JsonNode.Parse("""{"name": "shop-s-db-db", "size": 20, "engine": "15", "tags": ["fixed", "shop"], "safe": false}"""), prepared.Fields));
    }

    [Fact]
    public void A_password_of_the_bundle_may_be_handed_on_to_a_password_of_the_item()
    {
        var yaml = Bundle("- { id: web, catalogItem: compute-web-standard, config: { name: web, adminPassword: '{{ fields.password }}' } }")
            .Replace("id: note, name: Note, type: string }", "id: password, name: Password, type: password, required: true }", StringComparison.Ordinal);

        Assert.Empty(Own(Snapshot(yaml)));
    }

    [Theory]
    [InlineData("condition: components.db.outputs.id == 'x'")]
    [InlineData("config: { name: w, databaseUrl: \"{% for x in split(components['db'].outputs.url, ',') %}{{ x }}{% endfor %}\" }")]
    [InlineData("config: { name: w, databaseUrl: \"{% if fields.size > 1 %}{{ default(fields.note, components.db.outputs.url) }}{% endif %}\" }")]
    [InlineData("dependsOn: [db, db]")]
    public void Every_reference_implies_the_dependency_once(string reference)
    {
        var config = reference.StartsWith("config", StringComparison.Ordinal) ? "" : "\n  config: { name: w }";
        var bundle = Snapshot(Bundle($"- id: web\n  catalogItem: compute-web-standard\n  {reference}{config}\n- id: db\n  catalogItem: databases-db-standard\n  config: {{ name: d }}"))
            .Bundles["bundle-shop-standard"];

        Assert.Equal(["db"], bundle.Components[0].DependsOn);
    }

    [Theory]
    [InlineData("", "there")]
    [InlineData("\n  version: '*'", "there")]
    [InlineData("\n  version: ^2.1.0", "there")]
    [InlineData("\n  version: 2.x", "there")]
    [InlineData("\n  version: '>=1.0.0 <2.1.1'", "there")]
    [InlineData("\n  version: 1.x || 2.1.0", "there")]
    [InlineData("\n  version: ^1.0.0", "component.version")]
    [InlineData("\n  version: '>2.1.0'", "component.version")]
    [InlineData("\n  version: ~2.0.3", "component.version")]
    [InlineData("\n  version: two", "component.range")]
    [InlineData("\n  version: ''", "component.range")]
    [InlineData("\n  version: 2", "schema.type")]
    public void The_version_of_the_item_must_be_in_the_range(string range, string outcome)
    {
        var snapshot = Snapshot(Bundle($"- id: db\n  catalogItem: databases-db-standard\n  config: {{ name: d }}{range}"));

        Assert.Equal(outcome, Own(snapshot).SingleOrDefault()?.Rule ?? "there");
        Assert.Equal(outcome is "there" ? 1 : 0, snapshot.Bundles.Count);
    }

    [Theory]
    [InlineData("storage-old-standard", "component.unavailable", "no longer offered since 2026-01-31")]
    [InlineData("compute-vm-standard", "component.unavailable", "The operator does not let templates")]
    [InlineData("storage-new-standard", "component.deprecated", null)]
    public void A_bundle_is_as_available_as_its_items(string item, string rule, string? reason)
    {
        var snapshot = Snapshot(Bundle($"- {{ id: one, catalogItem: {item}, config: {{ name: x }} }}"));

        var finding = Assert.Single(Own(snapshot));
        Assert.Equal((rule, Severity.Warning, "/components/0/catalogItem"), (finding.Rule, finding.Severity, finding.Pointer));
        var bundle = snapshot.Bundles["bundle-shop-standard"];
        Assert.Equal(reason is not null, bundle.Unavailable?.StartsWith("Component 'one': ", StringComparison.Ordinal) ?? false);
        Assert.Contains(reason ?? "", bundle.WhyNotRequestable(new DateOnly(2026, 3, 1)) ?? "", StringComparison.Ordinal);
    }

    [Fact]
    public void The_sunset_of_an_item_ends_its_bundles_without_a_load()
    {
        var items = Items.Select(document => document.Item is { Id: "databases-db-standard" } item
            ? document with { Item = item with { Lifecycle = new Lifecycle(true, null, new DateOnly(2026, 6, 1), null, null) } }
            : document);
        var bundle = Assemble([.. items, TestCatalog.Read(Bundle(Database), BundleDocuments.File)]).Bundles["bundle-shop-standard"];

        Assert.Null(bundle.Unavailable);
        Assert.Null(bundle.WhyNotRequestable(new DateOnly(2026, 5, 31)));
        Assert.Contains("Component 'db'", bundle.WhyNotRequestable(new DateOnly(2026, 6, 1)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_variable_of_the_environment_that_is_not_there_makes_a_bundle_unavailable()
    {
        var snapshot = Snapshot(Bundle("- { id: one, catalogItem: compute-web-standard, config: { name: '{{ env.BUNDLE_TEST_UNSET }}' } }"));

        Assert.Contains("BUNDLE_TEST_UNSET is not set", snapshot.Bundles["bundle-shop-standard"].Unavailable, StringComparison.Ordinal);
    }

    [Fact]
    public void A_bundle_may_replace_an_item_and_what_replaces_nothing_is_told_where_it_is_written()
    {
        var replaced = Snapshot(Bundle(Database, id: "bundle-shop-small"));
        var dangling = Assert.Single(Snapshot().Findings, finding => finding.Rule is "lifecycle.replaced-by");

        Assert.DoesNotContain(replaced.Findings, finding => finding.Rule is "lifecycle.replaced-by");
        Assert.Equal(("storage/new.yaml", "/lifecycle/replacedBy"), (dangling.File, dangling.Pointer));
        Assert.True(dangling.Line > 20 && dangling.Column > 30);
    }

    [Fact]
    public void An_id_is_given_once_among_items_and_bundles()
    {
        var item = TestCatalog.Read(
            System.IO.File.ReadAllText(Path.Combine(Folder, "web.yaml")).Replace("compute-web-standard", "bundle-shop-standard", StringComparison.Ordinal),
            "compute/impostor.yaml");

        var snapshot = Assemble([.. Items, item, TestCatalog.Read(Bundle(Database), BundleDocuments.File)]);
        var twice = Snapshot(Bundle(Database), Bundle(Web.Replace("{{ components.db.outputs.url }}", "x", StringComparison.Ordinal)));

        Assert.Empty(snapshot.Bundles);
        Assert.Equal(("id.duplicate", "/metadata/id", 3), Place(Assert.Single(Own(snapshot))));
        Assert.Equal("web", twice.Bundles["bundle-shop-standard"].Components[0].Id);
        Assert.Equal(BundleDocuments.File, Assert.Single(twice.Findings, finding => finding.Rule is "id.duplicate").File);
    }

    private static (string, string, int) Place(Finding finding) => (finding.Rule, finding.Pointer, finding.Line);

    private static IEnumerable<Finding> Own(CatalogSnapshot snapshot) =>
        snapshot.Findings.Where(finding => finding.File == BundleDocuments.File);
}
