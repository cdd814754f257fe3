using System.Text.Json.Nodes;

namespace Pao.Catalog.Tests.Forms;

/// <summary>A password in templates: put somewhere as a whole, and nothing else.</summary>
public sealed class PasswordTemplateTests
{
    private static readonly JsonObject Fields = new() { ["pw"] = FieldSecrets.ReferenceTo("pw"), ["main"] = new JsonObject { ["pw"] = FieldSecrets.ReferenceTo("pw") } };

    private const string Document = """
        kind: CatalogItem
        metadata:
          id: starter-hello-standard
          name: Hello
          description: A document for the tests of passwords, long enough to keep its author out of trouble.
          version: 1.0.0
          category: starter
          owner: { team: platform, contact: platform@example.com }
        presentation: { form: { groups: [ { id: main, name: Main, fields: [ { id: pw, name: P, type: password, required: true }, { id: doc, name: D, type: file, required: true } ] } ] } }
        fulfillment:
          strategy: { mode: automatic }
          manual: { actions: [ { type: jira-ticket, config: { ticket: { project: PLAT, summaryTemplate: By hand } } } ] }
          automatic:
            actions:
              - id: call
                type: rest-api
                config:
                  endpoint: { url: "https://api.example.com/$URL", method: POST }
                  headers: { X-Test: "$HEADER" }
                  body: { type: json, contentTemplate: { a: "$BODY" } }
        """;

    [Theory]
    [InlineData("{{ fields.pw }}", """{"$secret":"fields/pw"}""")]
    [InlineData("{{ fields.main.pw }}", """{"$secret":"fields/pw"}""")]
    [InlineData("Basic {{ fields.pw }}!", """{"$concat":["Basic ",{"$secret":"fields/pw"},"!"]}""")]
    public void It_stays_a_reference(string template, string json)
    {
        Assert.Equal(json, Prepare.Typed(template, Clone())!.ToJsonString());
        Assert.Equal(
            json,
            Prepare.Config(new JsonObject { ["headers"] = new JsonObject { ["A"] = template } }, Prepare.Scopes(Clone()))["headers"]!["A"]!.ToJsonString());
        Assert.Equal($$"""{"a":{{json}}}""", Prepare.Body($$"""{"a": "{{template}}"}""", Prepare.Scopes(Clone()))!.ToJsonString());
    }

    [Theory]
    [InlineData("{{ upper(fields.pw) }}")]
    [InlineData("{{ json(fields) }}")]
    [InlineData("{{ json(fields.pw) }}")]
    [InlineData("{{ base64(fields.pw) }}")]
    [InlineData("{% assign x = fields.pw %}{{ x }}")]
    [InlineData("{% for x in fields.main %}{{ x }}{% endfor %}")]
    public void Nothing_else_can_be_done_with_it_when_an_action_is_prepared(string template)
    {
        Prepare.Fails(() => Prepare.Body($$"""{"a": {{template}}}""", Prepare.Scopes(Clone())));
        Assert.Contains("in a URL", Prepare.Fails(() => Prepare.Url("https://x.example.com/{{ fields.pw }}", Clone())), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("x", "x", "{{ fields.pw }}", "")]
    [InlineData("x", "{{ fields.main.pw }}", "{{ fields.doc.name }} {{ fields.doc.content }}", "")]
    [InlineData("x", "x", "{{ fields.pw | upper }}", "secret.alone")]
    [InlineData("x", "x", "{{ default(fields.pw, 'x') }}", "secret.alone")]
    [InlineData("x", "x", "{% if fields.pw == 'x' %}y{% endif %}", "secret.alone")]
    [InlineData("{{ fields.pw }}", "x", "x", "secret.place")]
    [InlineData("x", "x", "{{ fields.doc.path }}", "template.unknown-variable")]
    public void What_can_not_be_done_with_it_is_found_when_the_document_is_read(string url, string header, string body, string rule)
    {
        var document = TestCatalog.Read(Document
            .Replace("$URL", url, StringComparison.Ordinal).Replace("$HEADER", header, StringComparison.Ordinal).Replace("$BODY", body, StringComparison.Ordinal));

        Assert.Equal(rule, string.Join(' ', document.Findings.Select(finding => finding.Rule)));
    }

    private static JsonObject Clone() => (JsonObject)Fields.DeepClone();
}
