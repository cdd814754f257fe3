using System.Text;
using System.Text.Json.Nodes;
using Pao.Catalog.Authoring.Variables;
using Pao.Catalog.Tests.Hostile;

namespace Pao.Catalog.Tests.Authoring;

/// <summary>Every template of a document with sample values, for its author to see.</summary>
public sealed class VariableTests
{
    private const string Document = """
        kind: CatalogItem
        metadata:
          { id: compute-page-standard, name: Page, description: "A page of one's own on the company's network, ready in a minute.", version: 1.0.0,
            category: compute, owner: { team: web, contact: web@example.com }, zone: pages }
        presentation:
          form:
            groups:
              - id: page
                name: Page
                fields:
                  - { id: title, name: Title, type: string, required: true }
                  - { id: size, name: Size, type: number, default: 3 }
                  - { id: note, name: Note, type: string }
                  - { id: admin, name: Admin, type: password, required: true }
        fulfillment:
          strategy: { mode: automatic }
          manual: { actions: [ { type: jira-ticket, config: { ticket: { project: WEB, summaryTemplate: "Page {{ fields.titel }}" } } } ] }
          automatic:
            actions:
              - id: make
                type: rest-api
                condition: fields.size > 2
                config:
                  endpoint: { url: "{{ env.PAGES_URL }}/{{ metadata.zone }}/{{ fields.title }}", method: POST }
                  headers: { X-Key: "key {{ secrets.pages }}", X-Note: "{{ fields.note }}" }
                  body: { contentTemplate: { size: "{{ fields.page.size }}", admin: "{{ fields.admin }}", by: "{{ request.user.email }}" } }
                outputs: { pageId: id }
              - id: tell
                type: webhook
                condition: output.make.status == 201
                config:
                  endpoint: { url: "https://hooks.example.com/pages" }
                  body:
                    template: '{"page": "{{ output.make.pageId }}", "first": {{ output.make.body.items[0].size }}, "later": "{{ output.tell.status }}"}'
        """;

    [Fact]
    public async Task Every_template_is_shown_with_its_value_its_place_and_what_it_reads()
    {
        var report = await TestAsync(Document, new VariableSamples { Fields = new JsonObject { ["title"] = "My \"page\"" } });

        var url = Template(report, "make", "config.endpoint.url");
        Assert.Equal(("automatic", "/fulfillment/automatic/actions/0/config/endpoint/url", 24, 28), (url.Mode, url.Pointer, url.Line, url.Column));
        Assert.Equal("https://pages-url.example.com/pages/My%20%22page%22", (string?)url.Value);
        Assert.Equal(
            [("env.PAGES_URL", "https://pages-url.example.com", ValueSource.Sample), ("metadata.zone", "pages", ValueSource.Document),
             ("fields.title", "My \"page\"", ValueSource.Given)],
            url.Scopes.Select(scope => (scope.Name, (string?)scope.Value, scope.Source)));
        Assert.Equal("true", Template(report, "make", "condition").Value?.ToJsonString());
        Assert.Equal("3", Template(report, "make", "config.body.contentTemplate.size").Value?.ToJsonString());
        Assert.Equal(ValueSource.Default, Assert.Single(Template(report, "make", "config.body.contentTemplate.size").Scopes).Source);
        Assert.Equal("sample.user@example.com", (string?)Template(report, "make", "config.body.contentTemplate.by").Value);
        Assert.Equal(
            [("title", ValueSource.Given), ("size", ValueSource.Default), ("note", ValueSource.Sample), ("admin", ValueSource.Sample)],
            report.Fields.Select(field => (field.Id, field.Source)));
        Assert.Empty(report.FieldErrors);
    }

    [Fact]
    public async Task A_secret_and_a_password_stay_references()
    {
        var report = await TestAsync(Document, new VariableSamples { Fields = new JsonObject { ["admin"] = "correct horse battery" } });

        var header = Template(report, "make", "config.headers.X-Key");
        Assert.Equal("""{"$concat":["key ",{"$secret":"pages"}]}""", header.Value?.ToJsonString());
        Assert.Equal(("secrets.pages", ValueSource.Secret), (header.Scopes[0].Name, header.Scopes[0].Source));
        var admin = Template(report, "make", "config.body.contentTemplate.admin");
        Assert.Equal("""{"$secret":"fields/admin"}""", admin.Value?.ToJsonString());
        Assert.Equal(("fields.admin", ValueSource.Secret), (admin.Scopes[0].Name, admin.Scopes[0].Source));
        Assert.DoesNotContain("correct horse", System.Text.Json.JsonSerializer.Serialize(report), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_wrong_is_told_in_place_and_the_rest_is_rendered()
    {
        var report = await TestAsync(Document, new VariableSamples { Fields = new JsonObject { ["note"] = null, ["size"] = "many" } });

        Assert.Equal(["template.unknown-variable", "template.unknown-variable"], report.Findings.Where(finding => finding.Severity is Severity.Error).Select(finding => finding.Rule));
        var summary = Template(report, "jira-ticket-1", "config.ticket.summaryTemplate");
        Assert.Equal("There is no 'fields.titel'.", summary.Error?.Message);
        Assert.Equal(("did you mean 'title'?", 17, 105), (summary.Error?.Suggestion, summary.Error?.Line, summary.Error?.Column));
        Assert.Null(summary.Value);

        var later = Template(report, "tell", "config.body.template");
        Assert.Equal("There is no 'output.tell'.", later.Error?.Message);
        Assert.Equal([ValueSource.Sample, ValueSource.Sample, ValueSource.Missing], later.Scopes.Select(scope => scope.Source));

        var note = Template(report, "make", "config.headers.X-Note");
        Assert.StartsWith("'fields.note' has no value.", note.Error?.Message, StringComparison.Ordinal);
        Assert.Equal((25, 68), (note.Error?.Line, note.Error?.Column));
        Assert.Equal(("fields.note", ValueSource.Missing), (note.Scopes[0].Name, note.Scopes[0].Source));

        Assert.Equal(["/fields/size"], report.FieldErrors.Keys);
        Assert.StartsWith("condition: 'fields.size > 2'", Template(report, "make", "condition").Error?.Message.Replace("Greater", ">", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.NotNull(Template(report, "make", "config.endpoint.url").Value);
    }

    [Fact]
    public async Task Outputs_are_given_or_invented_so_that_they_fit()
    {
        var invented = await TestAsync(Document.Replace(", \"later\": \"{{ output.tell.status }}\"", "", StringComparison.Ordinal), new VariableSamples());
        var given = await TestAsync(
            Document.Replace(", \"later\": \"{{ output.tell.status }}\"", "", StringComparison.Ordinal),
            new VariableSamples { Outputs = JsonNode.Parse("""{"make": {"pageId": "p-7", "status": 500, "body": {"items": [{"size": 9}]}}}""")!.AsObject() });
        var none = await TestAsync(Document, new VariableSamples { Outputs = JsonNode.Parse("""{"make": {"pageId": null}}""")!.AsObject() });

        Assert.Equal("""{"page": "sample-pageid", "first": "sample-size"}""", (string?)Template(invented, "tell", "config.body.template").Value);
        Assert.Equal("true", Template(invented, "tell", "condition").Value?.ToJsonString());
        Assert.Equal(
            [("output.make.pageId", ValueSource.Sample), ("output.make.body.items[0].size", ValueSource.Sample)],
            Template(invented, "tell", "config.body.template").Scopes.Select(scope => (scope.Name, scope.Source)));
        Assert.Equal("""{"page": "p-7", "first": 9}""", (string?)Template(given, "tell", "config.body.template").Value);
        Assert.Equal("false", Template(given, "tell", "condition").Value?.ToJsonString());
        Assert.Equal(ValueSource.Given, Template(given, "tell", "condition").Scopes[0].Source);
        Assert.Equal(ValueSource.Missing, Template(none, "tell", "config.body.template").Scopes[0].Source);
    }

    [Fact]
    public async Task Request_system_and_environment_can_be_given()
    {
        var report = await TestAsync(Document, new VariableSamples
        {
            Request = JsonNode.Parse("""{"user": {"email": "ada@example.com"}}""")!.AsObject(),
            Env = new JsonObject { ["PAGES_URL"] = "http://pages.test/" },
        });

        Assert.Equal("ada@example.com", (string?)Template(report, "make", "config.body.contentTemplate.by").Value);
        Assert.Equal(ValueSource.Given, Template(report, "make", "config.body.contentTemplate.by").Scopes[0].Source);
        Assert.Equal("http://pages.test/pages/sample", (string?)Template(report, "make", "config.endpoint.url").Value);
    }

    [Fact]
    public async Task The_environment_of_the_service_is_not_read()
    {
        Environment.SetEnvironmentVariable("PAGES_URL", "https://internal.example.com");

        var report = await TestAsync(Document, new VariableSamples());

        Assert.DoesNotContain("internal.example.com", System.Text.Json.JsonSerializer.Serialize(report), StringComparison.Ordinal);
    }

    /// <summary>Of developer-tools/git-repository.yaml: its uuid() is another one each time.</summary>
    private const string MadeAnew = "config.headers.X-Request-Nonce";

    [Fact]
    public async Task Every_template_of_the_sample_catalog_can_be_rendered_from_its_text_and_from_what_is_in_force()
    {
        var catalog = await AuthoringCatalog.SamplesAsync();
        foreach (var entry in catalog.Entries)
        {
            var textless = AuthoringCatalog.Variables.Test(entry, null, new VariableSamples());
            var inForce = AuthoringCatalog.Variables.Test(entry, AuthoringCatalog.Sample(entry.File), new VariableSamples());
            var text = AuthoringCatalog.Variables.Test(AuthoringCatalog.Sample(entry.File), new VariableSamples(), catalog);

            Assert.NotEmpty(text.Templates);
            Assert.All(text.Templates, template => Assert.True(template.Error is null, $"{entry.File}: {template}"));
            Assert.All(text.Templates, template => Assert.True(template is { Line: > 0, Column: > 0 }));
            Assert.All(textless.Templates, template => Assert.Equal((null, null), (template.Line, template.Column)));
            Assert.Equal(text.Templates.Select(Written), inForce.Templates.Select(Written));
            Assert.Equal(text.Templates.Select(Rendered).Where(IsEqual), inForce.Templates.Select(Rendered).Where(IsEqual));
            Assert.Equal(text.Templates.Select(Rendered).Where(IsEqual), textless.Templates.Select(Rendered).Where(IsEqual));
        }

        static (string, int?, int?, string) Written(TestedTemplate template) => (template.Pointer, template.Line, template.Column, template.Template);

        static (string, string Path, string?, string?, string?) Rendered(TestedTemplate template) =>
            (template.Pointer, template.Path, template.Action, template.Component, template.Value?.ToJsonString());

        static bool IsEqual((string, string Path, string?, string?, string?) rendered) => rendered.Path is not ("condition" or MadeAnew);
    }

    [Fact]
    public async Task Components_of_a_bundle_read_the_bundle_the_item_and_each_other()
    {
        var catalog = await AuthoringCatalog.SamplesAsync();

        var report = AuthoringCatalog.Variables.Test(
            AuthoringCatalog.Sample("bundles/web-shop.yaml"),
            new VariableSamples { Components = JsonNode.Parse("""{"database": {"outputs": {"databaseId": "PG 7"}}}""")!.AsObject() }, catalog);

        var target = report.Templates.Single(template => template is { Component: "dns", Path: "config.target" });
        Assert.Equal("pg-7.shops.example.com", (string?)target.Value);
        Assert.Equal(("components.database.outputs.databaseId", ValueSource.Given), (target.Scopes[0].Name, target.Scopes[0].Source));
        var notes = report.Templates.Single(template => template is { Component: "database", Path: "config.notes" });
        Assert.Equal("For Web shop, requested by sample-user.", (string?)notes.Value);
        Assert.Equal(ValueSource.Document, notes.Scopes[0].Source);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[")]
    [InlineData("kind: CatalogItem")]
    [InlineData("kind: CatalogItem\npresentation: { form: { groups: [ { id: a, name: A, fields: [ { id: x, name: X, type: strin } ] } ] } }")]
    public async Task A_document_that_can_not_be_filled_in_is_answered_with_what_is_wrong(string document)
    {
        var report = await TestAsync(document, new VariableSamples());

        Assert.NotEmpty(report.Findings);
        Assert.Empty(report.Templates);
    }

    public static TheoryData<string> Hostile() => [.. HostileDocuments.All.Keys];

    [Theory]
    [MemberData(nameof(Hostile))]
    public async Task A_hostile_document_stops_at_its_bound(string name)
    {
        var catalog = await AuthoringCatalog.SamplesAsync();
        var document = AuthoringCatalog.Utf8(HostileDocuments.All[name]);
        AuthoringCatalog.Variables.Test(AuthoringCatalog.Sample("starter/hello.yaml"), new VariableSamples(), catalog);
        var cost = Cost.Start();

        AuthoringCatalog.Variables.Test(document, new VariableSamples { Fields = new JsonObject { ["x"] = new string('x', 20_000) } }, catalog);

        cost.Check();
    }

    [Theory]
    [InlineData("{% for i in (1..300) %}{% for j in (1..300) %}{% endfor %}{% endfor %}", 400)]
    [InlineData("{% assign s = split(fields.x, 'x') %}{% for i in s %}{{ i }}{% endfor %}", 400)]
    [InlineData("{{ fields.x }}{{ fields.x }}{{ fields.x }}", 400)]
    [InlineData("{{ sha256(fields.x) }}", 1900)]
    [InlineData("{{ output.a.body }}{{ output.a.body.x.y.z[19] }}", 1000)]
    public async Task Costly_templates_share_one_allowance(string template, int times)
    {
        var templates = string.Concat(Enumerable.Repeat($"\"{template}\", ", times));
        var document = TestCatalog.WithAction($"{{ id: a, type: custom, config: {{ activity: a, input: [ {templates} ] }} }}");
        var catalog = await AuthoringCatalog.SamplesAsync();
        AuthoringCatalog.Variables.Test(AuthoringCatalog.Sample("starter/hello.yaml"), new VariableSamples(), catalog);
        var cost = Cost.Start();

        var report = AuthoringCatalog.Variables.Test(AuthoringCatalog.Utf8(document), new VariableSamples { Fields = new JsonObject { ["x"] = new string('x', 20_000) } }, catalog);

        cost.Check();
        Assert.Contains(report.Templates, one => one.Error is not null);
    }

    private static TestedTemplate Template(VariableReport report, string action, string path) =>
        Assert.Single(report.Templates, template => template.Action == action && template.Path == path);

    private static async Task<VariableReport> TestAsync(string document, VariableSamples samples)
    {
        var catalog = await AuthoringCatalog.SamplesAsync();
        return AuthoringCatalog.Variables.Test(Encoding.UTF8.GetBytes(document), samples, catalog);
    }
}
